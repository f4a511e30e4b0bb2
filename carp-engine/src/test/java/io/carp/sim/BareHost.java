// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Counters.Counter;
import io.carp.protocol.Settings;
import io.carp.protocol.Step;
import io.carp.protocol.Strangers;
import io.carp.spi.Delivery;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A machine and what its caller owes it, without addresses, hooks and workers: the protocol alone. */
public final class BareHost implements Transport.Listener {
    private final Loop loop;
    private final Transport transport;
    private final CarpStateMachine machine;
    private final Journal journal;
    private Transport.@Nullable Port port;
    private Transport.@Nullable Port ipv6Port;
    private final Strangers strangers = new Strangers();
    private boolean wasDown;
    private long armed = Step.NEVER;

    /** Told of everything that a step asks for, in this order. */
    public interface Journal {
        default void sent(ByteBuffer packet) {}

        default void changed(CarpState from, CarpState to, Reason reason) {}

        default void announced() {}
    }

    public BareHost(
            Loop loop,
            Transport transport,
            Settings settings,
            AdvertisementDigest digest,
            long clockAtZero,
            Journal journal) {
        this.loop = loop;
        this.transport = transport;
        this.journal = journal;
        machine = new CarpStateMachine(settings, digest, clockAtZero);
    }

    /** Opens the door to the link, whose state then starts the machine. */
    public void start() {
        port = transport.open(
                Delivery.multicast(
                        "sim", StandardProtocolFamily.INET, machine.settings().vhid()),
                this);
    }

    /** As {@link #start}, with a door for IPv6 beside the one for IPv4. */
    public void startWithBothFamilies() {
        int vhid = machine.settings().vhid();
        ipv6Port = transport.open(Delivery.multicast("sim", StandardProtocolFamily.INET6, vhid), this);
        start();
        input(now -> machine.families(true, true, now));
    }

    public void stop() {
        input(now -> machine.stop(Reason.STOPPED, now));
        if (port != null) {
            port.close();
        }
        if (ipv6Port != null) {
            ipv6Port.close();
        }
    }

    /** Who advertises our vhid with another digest. */
    public @Nullable InetAddress stranger() {
        return strangers.present(machine.intervalNanos(), loop.nanoTime());
    }

    public CarpStateMachine machine() {
        return machine;
    }

    /** Hands something to the machine, now, and does what follows from it. */
    public void input(LongFunction<Step> input) {
        perform(input.apply(loop.nanoTime()));
    }

    @Override
    public void received(InetAddress source, int ttl, ByteBuffer packet) {
        input(now -> {
            Step step = machine.receive(source, ttl, packet, now);
            if (step.refused() == Counter.badauth) {
                strangers.refused(source, machine.intervalNanos(), now);
            } else if (step.refused() == null) {
                strangers.accepted(source);
            }
            return step;
        });
    }

    @Override
    public void link(Transport.Link link, String why) {
        if (link == Transport.Link.UP) {
            machine.source(false, port().source());
            machine.source(true, ipv6Port == null ? null : ipv6Port.source());
            Reason reason = wasDown ? Reason.LINK_UP : Reason.INITIALIZATION_COMPLETE;
            input(now -> machine.start(reason, now));
            wasDown = false;
        } else {
            wasDown = true;
            perform(machine.linkDown(Reason.LINK_DOWN));
        }
    }

    private void perform(Step step) {
        if (step.sends()) {
            port().send(step.packet());
            if (ipv6Port != null) {
                ipv6Port.send(step.packet());
            }
            journal.sent(step.packet());
        }
        arm(step.deadline());
        if (step.changes()) {
            journal.changed(step.from(), step.to(), step.reason());
        }
        if (step.announces()) {
            journal.announced();
        }
    }

    /** A later deadline does not cancel: the early wake-up does nothing but arm again. */
    private void arm(long deadline) {
        if (deadline != Step.NEVER && (armed == Step.NEVER || deadline - armed < 0)) {
            armed = deadline;
            loop.at(deadline, () -> wake(deadline));
        }
    }

    private void wake(long due) {
        if (due != armed) {
            return; // an earlier one was armed since
        }
        armed = Step.NEVER;
        long late = loop.nanoTime() - machine.deadline();
        if (late > machine.intervalNanos() / 2 || (late >= 0 && machine.state() == CarpState.BACKUP)) {
            port().drain(); // The others may have spoken meanwhile.
        }
        input(machine::tick);
    }

    private Transport.Port port() {
        if (port == null) {
            throw new IllegalStateException("not started");
        }
        return port;
    }
}
