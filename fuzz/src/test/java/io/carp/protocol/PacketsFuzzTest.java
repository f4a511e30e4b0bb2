// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.carp.Reason;
import io.carp.protocol.Counters.Counter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Packets of any length and kind, from IPv4 and IPv6 neighbours, in any state. Whatever does not verify is counted once,
 * changes no state and arms no timer; whatever is right is believed.
 *
 * <p>An input is one byte of settings, then any number of records of three bytes: what it is, how much time has passed
 * in eighths of a second, how long the packet behind them is. A packet that is cut off is taken as it is.
 */
public class PacketsFuzzTest {
    private static final long EIGHTH = 125_000_000L;
    private static final InetAddress[] SOURCES = {
        TwoMachines.address(10, 0, 0, 2),
        TwoMachines.address(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
        TwoMachines.address(10, 0, 0, 3),
        TwoMachines.OURS
    };
    private static final int[] TTLS = {255, -1, 254, 0};

    @FuzzTest(maxDuration = "5m")
    public void packets(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        int settings = in.hasRemaining() ? in.get() : 0;
        TwoMachines machines = new TwoMachines((settings & 1) != 0, settings >> 1 & 3, (settings & 0xf8) % 255);
        long now = -EIGHTH;
        machines.start(now);
        while (in.remaining() >= 3) {
            int kind = in.get() & 0xff;
            now += (in.get() & 0xff) * EIGHTH;
            byte[] packet = new byte[Math.min(in.get() & 0xff, in.remaining())];
            in.get(packet);
            input(machines, kind, packet, now);
        }
        if (machines.deadline() != Step.NEVER) {
            long end = machines.deadline();
            machines.both(machine -> machine.tick(end));
        }
    }

    /** The two highest bits say what it is; those below are for a packet. */
    private static void input(TwoMachines machines, int kind, byte[] packet, long now) {
        switch (kind >> 6) {
            case 0 -> machines.both(machine -> machine.tick(now));
            case 1 -> {
                switch (kind & 7) {
                    case 0 -> machines.both(machine -> machine.stepDown(Reason.USER_REQUEST, now));
                    case 1 -> machines.both(machine -> machine.takeOver(now));
                    case 2 -> machines.both(machine -> machine.linkDown(Reason.LINK_DOWN));
                    case 3 -> machines.start(now);
                    case 4 -> machines.both(machine -> machine.late(now));
                    default -> machines.both(machine -> machine.demotion(packet.length, now));
                }
            }
            default -> {
                InetAddress source = SOURCES[kind & 3];
                int ttl = TTLS[kind >> 2 & 3];
                if ((kind & 0x10) != 0) {
                    Believed.sign(packet, TwoMachines.KEY, TwoMachines.VHID, TwoMachines.VIRTUAL);
                }
                if ((kind & 0x20) != 0) {
                    Believed.sum(packet);
                }
                machines.receive(source, ttl, packet, refuse(source, ttl, packet), now);
            }
        }
    }

    /** In the order of OpenBSD's carp_proto_input, with our own echo before the digest. */
    private static @Nullable Counter refuse(InetAddress source, int ttl, byte[] packet) {
        if (ttl != 255 && ttl != -1) {
            return Counter.badttl;
        }
        Counter wrong =
                Believed.refuse(ByteBuffer.wrap(packet), TwoMachines.KEY, TwoMachines.VHID, TwoMachines.VIRTUAL);
        boolean ours = Arrays.equals(source.getAddress(), TwoMachines.OURS.getAddress());
        return ours && (wrong == null || wrong == Counter.badauth) ? Counter.looped : wrong;
    }
}
