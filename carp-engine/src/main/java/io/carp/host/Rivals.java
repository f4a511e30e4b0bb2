// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.config.VirtualHostConfig;
import io.carp.consumers.VirtualHostView;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Counters.Counter;
import io.carp.protocol.Neighbour;
import io.carp.protocol.Strangers;
import io.carp.report.Findings;
import io.carp.report.RefusedPackets;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.net.InetAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells of other nodes that advertise our vhid and do not go along with us. A master that does not hear us, and a node
 * with another digest, are findings for as long as they are there; all refused packets are summed up in the log. Loop
 * thread only.
 */
final class Rivals {
    private static final String TWO_MASTERS = "two-masters";
    private static final String STRANGER = "stranger";
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final NodeServices node;
    private final Loop loop;
    private final CarpStateMachine machine;
    private final Findings findings;
    private final Supplier<VirtualHostConfig> config;
    private final Supplier<VirtualHostView> snapshot;
    private final Strangers strangers = new Strangers();
    private final RefusedPackets refused = new RefusedPackets();

    /** The master that is in the findings now. */
    private @Nullable InetAddress deafMaster;

    private @Nullable InetAddress stranger;
    private @Nullable Cancellable nextLook;
    private @Nullable Cancellable nextSummary;
    private boolean closed;

    /** @param config gives the configuration in force * @param snapshot gives the virtual host as it is now */
    Rivals(
            NodeServices node,
            CarpStateMachine machine,
            Findings findings,
            Supplier<VirtualHostConfig> config,
            Supplier<VirtualHostView> snapshot) {
        this.node = node;
        this.loop = node.loop();
        this.machine = machine;
        this.findings = findings;
        this.config = config;
        this.snapshot = snapshot;
    }

    /** Takes note of a valid advertisement from there, after the machine has judged it. */
    void accepted(InetAddress source) {
        if (closed) {
            return;
        }
        strangers.accepted(source);
        look();
        if (node.notices().isDebug()) {
            machine.neighbours().stream()
                    .filter(other -> other.address().equals(source))
                    .forEach(other -> debug("heard " + other));
        }
    }

    private void debug(String what) {
        node.notices().debug("carp: " + config.get().subsystem() + ": " + machine.state() + " " + what);
    }

    /** Takes note of a refused packet. */
    void refused(Counter wrong, InetAddress source) {
        if (closed) {
            return;
        }
        if (node.notices().isDebug()) {
            debug("refused one from " + source.getHostAddress() + " (" + wrong + ")");
        }
        if (refused.add(wrong, source)) {
            nextSummary = loop.at(
                    loop.nanoTime() + RefusedPackets.PERIOD_NANOS,
                    () -> refused.report(config.get().subsystem(), node.notices()::warn));
        }
        if (wrong == Counter.badauth) {
            strangers.refused(source, machine.intervalNanos(), loop.nanoTime());
            look();
        }
    }

    /**
     * Says nothing any more. The successor of a virtual host that has ended is heard for a moment, and does not concern
     * it.
     */
    void close() {
        closed = true;
        cancel(nextLook);
        cancel(nextSummary);
    }

    private static void cancel(@Nullable Cancellable timer) {
        if (timer != null) {
            timer.cancel();
        }
    }

    private void look() {
        long now = loop.nanoTime();
        Neighbour deaf = machine.deafMaster(now);
        InetAddress other = deaf == null ? null : deaf.address();
        if (!Objects.equals(other, deafMaster)) {
            deafMaster = other;
            findings.faultIf(TWO_MASTERS, other == null ? "" : deafInWords(other), snapshot::get);
        }
        InetAddress strange = strangers.present(machine.intervalNanos(), now);
        if (!Objects.equals(strange, stranger)) {
            stranger = strange;
            findings.faultIf(STRANGER, strange == null ? "" : strangeInWords(strange), snapshot::get);
        }
        if ((deafMaster != null || stranger != null) && nextLook == null) {
            nextLook = loop.at(now + AGAIN_NANOS, () -> {
                nextLook = null;
                look();
            });
        }
    }

    private String deafInWords(InetAddress other) {
        return "two masters: " + other.getHostAddress() + " goes on advertising vhid "
                + machine.settings().vhid() + " though this node is the better master, so it does not hear this node;"
                + " look there and between for a firewall (IP protocol 112, or the UDP port), for rp_filter, for a switch"
                + " that filters multicast, and for peers that do not name this node";
    }

    private String strangeInWords(InetAddress other) {
        return other.getHostAddress() + " advertises vhid " + machine.settings().vhid()
                + " with a digest that is not ours: its pass is another, or its virtualIps are, or it belongs to another"
                + " group, which then needs another vhid; as long as it is so there may be two masters";
    }
}
