// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.config.VirtualHostConfig;
import io.carp.consumers.VirtualHostView;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Counters.Counter;
import io.carp.protocol.Neighbour;
import io.carp.protocol.Seal;
import io.carp.protocol.Strangers;
import io.carp.report.Findings;
import io.carp.report.RefusedPackets;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells of other nodes that advertise our vhid and do not go along with us. A master that does not hear us, and a node
 * whose digest or seal is not right, are findings for as long as they are there; all refused packets are summed up in
 * the log. Loop thread only.
 */
final class Rivals {
    private static final String TWO_MASTERS = "two-masters";
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final NodeServices node;
    private final Loop loop;
    private final CarpStateMachine machine;
    private final Findings findings;
    private final Supplier<VirtualHostConfig> config;
    private final Supplier<VirtualHostView> snapshot;
    /** Those whose signatures are refused, by what is wrong with them. */
    private final List<Ill> ills = List.of(
            new Ill("stranger", Counter.badauth),
            new Ill("unsealed", Counter.unsealed),
            new Ill("badseal", Counter.badseal),
            new Ill("replayed", Counter.replayed));

    private final RefusedPackets refused = new RefusedPackets();

    /** The master that is in the findings now. */
    private @Nullable InetAddress deafMaster;

    private @Nullable Cancellable nextLook;
    private @Nullable Cancellable nextSummary;
    private boolean closed;

    /** One kind of what is wrong, and who does it. */
    private static final class Ill {
        private final String finding;
        private final Counter counter;
        private final Strangers strangers = new Strangers();

        /** The one that is in the findings now. */
        private @Nullable InetAddress told;

        Ill(String finding, Counter counter) {
            this.finding = finding;
            this.counter = counter;
        }
    }

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

    /**
     * Takes note of a valid advertisement from there, after the machine has judged it.
     *
     * @param doubted what a node that requires a seal would find wrong with it; null for nothing
     */
    void accepted(InetAddress source, @Nullable Counter doubted) {
        if (closed) {
            return;
        }
        // Where none is required, one without a seal is no more than another kind of node.
        boolean ill = doubted != null && doubted != Counter.unsealed && isIll(doubted, source);
        if (!ill) {
            for (int i = 0; i < ills.size(); i++) { // No iterator: this is each advertisement.
                ills.get(i).strangers.accepted(source);
            }
        }
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
        if (isIll(wrong, source)) {
            look();
        }
    }

    /** Takes note of what is wrong, if it is about a signature. */
    private boolean isIll(Counter wrong, InetAddress source) {
        for (int i = 0; i < ills.size(); i++) {
            if (ills.get(i).counter == wrong) {
                ills.get(i).strangers.refused(source, machine.intervalNanos(), loop.nanoTime());
                return true;
            }
        }
        return false;
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
        boolean any = deafMaster != null;
        for (int i = 0; i < ills.size(); i++) {
            Ill ill = ills.get(i);
            InetAddress strange = ill.strangers.present(machine.intervalNanos(), now);
            if (!Objects.equals(strange, ill.told)) {
                ill.told = strange;
                findings.faultIf(ill.finding, strange == null ? "" : inWords(ill.counter, strange), snapshot::get);
            }
            any |= strange != null;
        }
        if (any && nextLook == null) {
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

    private String inWords(Counter wrong, InetAddress other) {
        boolean required = config.get().digest().seal().policy() == Seal.Policy.REQUIRE;
        String heard = required ? "; it is not heard" : "; with seal = require it would not be heard";
        return other.getHostAddress() + " advertises vhid " + machine.settings().vhid()
                + switch (wrong) {
                    case unsealed ->
                        " without a seal: seal = off there, or it is a ucarp, a BSD or an earlier version, which know"
                                + " none; seal = send there makes one, and seal = send here hears it without" + heard;
                    case badseal ->
                        " with a seal that is not ours: its sealKey is another, or its virtualIps are, or sealKeyId there"
                                + " names a key that is not in the list here, or something between (NAT) changes the"
                                + " source address" + heard;
                    case replayed ->
                        " with what was heard before or is old: somebody sends captured advertisements again, or that"
                                + " node has lost its data directory and its clock is behind, or the clock here is ahead:"
                                + " look at timedatectl on both; that node is heard as soon as it has heard another"
                                + (required ? heard : "");
                    default ->
                        " with a digest that is not ours: its pass is another, or its virtualIps are, or it belongs to"
                                + " another group, which then needs another vhid; as long as it is so there may be two"
                                + " masters";
                };
    }
}
