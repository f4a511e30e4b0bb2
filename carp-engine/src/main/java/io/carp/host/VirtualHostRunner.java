// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;

import io.carp.CarpState;
import io.carp.DemotionSource;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.config.VirtualHostConfig;
import io.carp.consumers.VirtualHostView;
import io.carp.host.InterfaceDemotions.Outage;
import io.carp.mastership.Consumers;
import io.carp.mastership.MastershipDriver;
import io.carp.mastership.Saying;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Counters.Counter;
import io.carp.protocol.Step;
import io.carp.report.Findings;
import io.carp.report.StatusReport;
import io.carp.spi.AddressBinder;
import io.carp.spi.AddressBinder.Binding;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs one state machine: hands it what happens, and performs its steps. Everything here happens on the loop.
 */
public final class VirtualHostRunner implements FamilyPorts.Listener {
    private static final String TRANSPORT = "transport";
    private static final String SENDING = "sending";

    private final NodeServices node;
    private final Loop loop;
    private final CarpStateMachine machine;
    private final Transport transport;
    private final FamilyPorts ports;
    private final AddressCare addresses;
    private final MastershipDriver mastership;
    private final boolean binderRunsScripts;
    private final Findings findings;
    private final StatusReport report;
    private final StepPerformer performance;
    private final Readiness readiness;
    private final Requests requests;
    private final Rivals rivals;
    private final SealCare seals;
    private final ConsumerCare consumerCare;

    /** Written on the loop, read by edits. */
    private volatile VirtualHostConfig config;

    private boolean opened;
    private boolean closed;

    /** An edit that came while we waited for our predecessor to release what we need. */
    private @Nullable VirtualHostConfig editedMeanwhile;

    /**
     * @param origin the source of the configuration, for a person: {@code etc/carp.vhost-web.cfg}
     * @param clockAtZero what the wall clock shows at the loop's time 0, in milliseconds since 1970
     */
    public VirtualHostRunner(
            NodeServices node,
            String origin,
            Transport transport,
            AddressBinder binder,
            Consumers consumers,
            VirtualHostConfig config,
            long clockAtZero) {
        this.node = node;
        this.loop = node.loop();
        this.config = config;
        this.machine = new CarpStateMachine(config.settings(), config.digest(), clockAtZero);
        machine.rhythm(node.rhythm().of(config.settings().vhid()));
        this.ports = new FamilyPorts(transport, machine, this);
        this.findings = new Findings(origin, node.notices(), node.wallClock());
        this.binderRunsScripts = binder.runsScripts();
        this.report = new StatusReport(machine, ports, findings, loop, node.wallClock(), node.generations());
        this.readiness = new Readiness(this, node, machine, ports, report, findings);
        this.addresses = readiness.addresses();
        this.consumerCare = new ConsumerCare(this, node, machine, report, findings);
        this.transport = transport;
        Binding binding = binder.open(config.addresses(transport.advertisementPort()), addresses);
        this.mastership = new MastershipDriver(
                loop,
                node.workers(),
                binding,
                consumers,
                new ScriptCare(node, findings, this::snapshot),
                config.mastership(binderRunsScripts),
                addresses,
                consumerCare);
        this.performance = new StepPerformer(
                machine, ports, binding, addresses, node, consumers, mastership, report, findings, this::snapshot);
        this.rivals = new Rivals(node, machine, findings, this::config, this::snapshot);
        this.seals = new SealCare(node, machine, findings, this::snapshot);
        this.requests = new Requests(machine, performance, mastership, this::snapshot);
    }

    /** Opens the ports and looks at the addresses; the machine starts when both are fine. */
    public void open() {
        if (closed) {
            return;
        }
        node.tell(this, new Saying.Event(snapshot(), INIT, INIT, Reason.STARTING, report.since()));
        findings.doubts(config.warnings(), this::snapshot);
        ports.ignoreLink(config.start().ignoreLink());
        seals.configure(config);
        ports.open(config.deliveries());
        performance.relay().tolerate(config.start());
        addresses.open(mastership);
        opened = true;
        if (editedMeanwhile != null) {
            reconfigure(editedMeanwhile);
            editedMeanwhile = null;
        }
    }

    /** Takes an edit that leaves it the same virtual host. */
    public void reconfigure(VirtualHostConfig edited) {
        if (closed) {
            forget(edited);
            return;
        }
        if (!opened) {
            forget(editedMeanwhile);
            editedMeanwhile = edited;
            return;
        }
        performance.catchUp(); // Before a port is another one.
        VirtualHostConfig before = config;
        config = edited;
        findings.doubts(config.warnings(), this::snapshot);
        mastership.configure(edited.mastership(binderRunsScripts));
        ports.ignoreLink(edited.start().ignoreLink());
        ports.open(edited.deliveries());
        performance.relay().tolerate(edited.start());
        // The defaults of the node may have been edited. What has no meaning here must change nothing here.
        boolean newAddresses = !edited.addresses(transport.advertisementPort())
                .equals(before.addresses(transport.advertisementPort()));
        boolean newRules =
                !edited.settings().equals(before.settings()) || !edited.digest().sameAs(before.digest());
        if (newRules || newAddresses || !edited.deliveries().equals(before.deliveries())) {
            ports.forgetSendErrors();
        }
        seals.configure(edited);
        performance.of(now -> machine.reconfigure(edited.settings(), edited.digest(), now));
        if (!addresses.isReady() || newAddresses) {
            addresses.update(edited.addresses(transport.advertisementPort()));
        }
        linkChanged(); // A family that is no longer needed may have been the only one that was up.
    }

    /** Wipes the digest of an edit, because no machine was given it to wipe. */
    private void forget(@Nullable VirtualHostConfig edited) {
        if (edited != null) {
            edited.digest().wipe();
        }
    }

    /** Takes the sum of all demotions of this virtual host, and their sources. */
    public void demotions(int total, List<DemotionSource> sources) {
        consumerCare.demotions(total, sources);
    }

    /** MASTER → BACKUP in good order. */
    public CompletableFuture<VirtualHost> stepDown(Reason why) {
        return requests.stepDown(why);
    }

    /** BACKUP → MASTER at once; the result completes when the addresses are bound. */
    public CompletableFuture<VirtualHost> takeOver() {
        return requests.takeOver();
    }

    /** Gives up in good order and ends; the result completes when the addresses are released. */
    public CompletableFuture<Void> close() {
        return giveUp(INIT, Reason.STOPPED, this::stop).thenCompose(released -> {
            part();
            return mastership.forget();
        });
    }

    /** Completes when the consumers have been told of all that has happened. Any thread may call. */
    public CompletableFuture<Void> whenTold() {
        return mastership.whenTold();
    }

    /** Ends without waiting for anything, since the container would not wait for us either. */
    public void end() {
        stop();
        part();
    }

    /** Closes the ports, after the addresses are released: until then we listen for our successor. */
    private void part() {
        ports.close();
        performance.close();
        machine.wipe();
    }

    private void stop() {
        if (!closed) {
            closed = true;
            performance.of(now -> machine.stop(Reason.STOPPED, now));
            rivals.close();
            seals.close();
            addresses.close();
            forget(editedMeanwhile);
            mastership.whenTold().thenRun(() -> node.listeners().forget(this));
            node.outages().tell(this, config.networkInterface(), Outage.LINK_DOWN, false);
        }
    }

    @Override
    public void received(InetAddress source, int ttl, ByteBuffer packet) {
        if (performance.isUnderWay()) {
            return; // The transport delivered within its own send. The packet counts as lost.
        }
        performance.catchUp();
        Step step = machine.receive(source, ttl, packet, loop.nanoTime());
        Counter wrong = step.refused();
        Counter doubted = step.doubted();
        if (wrong == null) {
            performance.of(step);
            rivals.accepted(source, doubted);
            seals.believed();
        } else {
            rivals.refused(wrong, source);
        }
    }

    @Override
    public void wrongPeer(InetAddress source) {
        machine.counters().count(Counter.wrongPeer);
        rivals.refused(Counter.wrongPeer, source);
    }

    @Override
    public void linkChanged() {
        readiness.linkChanged();
        performance.relay().look();
    }

    @Override
    public void portFailed(RuntimeException why) {
        findings.fault(TRANSPORT, "the transport failed: " + why, this::snapshot);
    }

    @Override
    public void sendingChanged(String failing) {
        node.outages().tell(this, config.networkInterface(), Outage.SEND_ERRORS, !failing.isEmpty());
        String text = "interface = " + config.networkInterface() + ": three advertisements in a row did not leave: ";
        findings.faultIf(SENDING, failing.isEmpty() ? "" : text + failing, this::snapshot);
    }

    /** For the log; does not wait for it. */
    void warn(String sentence) {
        node.notices().warn("carp: " + config.subsystem() + ": " + sentence);
    }

    boolean isPerforming() {
        return performance.isUnderWay();
    }

    /** @param input of the machine, at the time that it is given */
    void perform(LongFunction<Step> input) {
        performance.of(input);
    }

    /** @param machineLast changes the state, after consumers have let go */
    CompletableFuture<Void> giveUp(CarpState to, Reason why, Runnable machineLast) {
        return mastership.giveUp(snapshot(), to, why, machineLast);
    }

    /** The virtual host as it is now. */
    public VirtualHostView snapshot() {
        return report.snapshot(config, machine.state() == MASTER && mastership.isBound());
    }

    public VirtualHostConfig config() {
        return config;
    }

    /** Whether it has ended for good. */
    boolean isClosed() {
        return closed;
    }
}
