// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.config.AnnounceConfig;
import io.carp.config.Deliveries;
import io.carp.config.StartOptions;
import io.carp.config.VirtualHostConfig;
import io.carp.mastership.Consumers;
import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.Delays;
import io.carp.protocol.Settings;
import io.carp.report.LogAndEvents;
import io.carp.script.ScriptCall;
import io.carp.script.ScriptResult;
import io.carp.script.Scripting;
import io.carp.script.Scripts;
import io.carp.sim.Host;
import io.carp.sim.SimulatedNode;
import io.carp.sim.Troubles;
import io.carp.spi.Addresses;
import io.carp.spi.Delivery;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The real runner with its workers on a simulated node, which only notes services and scripts. */
final class RunningHost implements Host, Consumers, Scripting {
    private static final long HOOK_TIMEOUT = 5_000_000_000L;
    private static final int MOST_ADVSKEW = 254;
    private static final Scripts SCRIPTS = new Scripts("/up", "/down", "/notify", "/before", null, 10_000);
    private static final InetAddress VIRTUAL_IP = InetAddress.getLoopbackAddress();

    private final VirtualHostRunner runner;
    private final SimulatedNode node;
    private final Witness witness;
    private final Troubles troubles;
    private final SimulatedBinder binder;
    private final boolean hasHooks;
    private boolean registered;
    private boolean acquired;
    private boolean up;
    private String toldState = "";

    RunningHost(
            SimulatedNode node,
            Settings settings,
            AdvertisementDigest digest,
            long clockAtZero,
            boolean hasHooks,
            Witness witness) {
        this.witness = witness;
        this.troubles = node.troubles();
        this.binder =
                new SimulatedBinder(node, settings.leaseSeconds(), () -> !hasHooks || acquired, this::said, witness);
        this.node = node;
        this.hasHooks = hasHooks;
        Executor workers = node.workers();
        Executor nobody = task -> {};
        runner = new VirtualHostRunner(
                new NodeServices(
                                node.loop(),
                                workers,
                                new LogAndEvents(nobody, event -> {}),
                                node.loop().wallClock(),
                                this,
                                (host, networkInterface, outage, there) -> {})
                        .with(node.disk()),
                "the simulation",
                node.station(),
                binder,
                this,
                config(settings, digest),
                clockAtZero);
    }

    private static VirtualHostConfig config(Settings settings, AdvertisementDigest digest) {
        Addresses addresses = Addresses.of("sim", "sim", settings.vhid(), List.of(new VirtualIp(VIRTUAL_IP, 32)))
                .withLease(settings.leaseSeconds());
        Delivery delivery = Delivery.multicast("sim", StandardProtocolFamily.INET, settings.vhid());
        return new VirtualHostConfig(
                "sim",
                settings,
                digest,
                addresses,
                HOOK_TIMEOUT,
                false,
                new Deliveries(List.of(delivery)),
                new StartOptions(false, false, 5, false, Delays.USUAL),
                new AnnounceConfig(2, 1_000_000_000L, 0),
                SCRIPTS,
                List.of());
    }

    @Override
    public void start() {
        runner.open();
    }

    @Override
    public CompletableFuture<?> stop() {
        return runner.close();
    }

    @Override
    public void stepDown() {
        runner.stepDown(Reason.USER_REQUEST);
    }

    @Override
    public void takeOver() {
        runner.takeOver();
    }

    @Override
    public void demote(int total) {
        runner.demotions(total, List.of());
    }

    @Override
    public void edit(Settings settings, AdvertisementDigest digest) {
        runner.reconfigure(config(settings, digest));
    }

    @Override
    public long believed() {
        Map<String, Long> counters = runner.snapshot().counters();
        return counters.get("ipackets") + counters.get("ipackets6");
    }

    @Override
    public boolean isRelayed() {
        return true;
    }

    @Override
    public boolean isMaster() {
        return runner.snapshot().state() == CarpState.MASTER;
    }

    @Override
    public boolean isBackup() {
        return runner.snapshot().state() == CarpState.BACKUP;
    }

    @Override
    public boolean isBound() {
        return binder.isBound();
    }

    @Override
    public boolean isMastershipKnown() {
        return registered;
    }

    /**
     * A MASTER that was silent for longer than its peers wait listens before it speaks. One that has just become MASTER
     * is still known as what it was since its last word.
     */
    private void said() {
        long silence = node.station().silence();
        if (silence > runner.config().settings().lateNanos(MOST_ADVSKEW) * 102 / 100) {
            Duration master = Duration.between(
                    runner.snapshot().since(), node.loop().wallClock().instant());
            never(master.toNanos() > silence * 103 / 100, "spoke after a long silence without listening first");
        }
    }

    // --- the worker of the consumers

    @Override
    public boolean hasHooks() {
        return hasHooks;
    }

    @Override
    public void acquiring(VirtualHost host) throws IOException {
        never(registered, "acquiring what is registered already");
        never(binder.isBound(), "acquiring what is bound already");
        if (troubles.hooks()) {
            throw new IOException("a hook failed");
        }
        acquired = true;
    }

    @Override
    public void register(VirtualHost host) {
        // The addresses may be lost again while this waits for a thread. What must hold when it is decided, World
        // checks.
        never(registered, "registered twice");
        registered = true;
    }

    @Override
    public void unregister() {
        never(!registered, "unregistered what was not registered");
        registered = false;
    }

    @Override
    public void released(VirtualHost host, Reason why) {
        never(hasHooks && binder.isBound(), "released, but the addresses are still bound");
        never(registered, "released, but still registered");
        acquired = false;
    }

    // --- the worker of the scripts

    @Override
    public ScriptResult run(ScriptCall call) {
        String state = call.command().get(2);
        switch (call.command().get(0)) {
            case "/before" -> never(up, "asked before mastership while the scripts of the last one are still up");
            case "/up" -> {
                never(up, "up twice");
                up = true;
            }
            case "/down" -> up = false;
            default -> {
                never(toldState.equals(state), "told twice of " + state);
                never(up != state.equals("MASTER"), "told of " + state + (up ? " while up" : " while not up"));
                toldState = state;
            }
        }
        return new ScriptResult(troubles.scripts() ? 1 : 0, false, "");
    }

    @Override
    public void check(String script) {}

    private void never(boolean condition, String how) {
        if (condition) {
            witness.broken(how);
        }
    }
}
