// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.carp.protocol.Counters.Counter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * As {@link PacketsFuzzTest}, where a seal is required. What has no right and new one is counted once, changes no state,
 * no mark of a sender, and arms no timer.
 *
 * <p>An input is one byte of settings, then any number of records of three bytes: what it is, how much time has passed
 * in eighths of a second, how long the packet behind them is.
 */
public class SealedPacketsFuzzTest {
    private static final long EIGHTH = 125_000_000L;
    private static final InetAddress[] SOURCES = {
        TwoMachines.address(10, 0, 0, 2),
        TwoMachines.address(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
        TwoMachines.address(10, 0, 0, 3)
    };

    @FuzzTest(maxDuration = "5m")
    public void packets(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        int settings = in.hasRemaining() ? in.get() : 0;
        TwoMachines machines =
                new TwoMachines((settings & 1) != 0, settings >> 1 & 3, (settings & 0xf8) % 255, Seal.Policy.REQUIRE);
        BelievedSeal seals = new BelievedSeal(TwoMachines.SEAL_KEY, TwoMachines.VIRTUAL);
        long now = -EIGHTH;
        machines.start(now);
        while (in.remaining() >= 3) {
            int kind = in.get() & 0xff;
            now += (in.get() & 0xff) * EIGHTH;
            byte[] packet = new byte[Math.min(in.get() & 0xff, in.remaining())];
            in.get(packet);
            long then = now;
            if (kind >= 0xc0) {
                machines.both(machine -> machine.tick(then));
            } else {
                packet(machines, seals, kind, packet, now);
            }
        }
    }

    private static void packet(TwoMachines machines, BelievedSeal seals, int kind, byte[] packet, long now) {
        InetAddress source = SOURCES[(kind & 3) % SOURCES.length];
        int ttl = (kind & 4) == 0 ? 255 : -1;
        if ((kind & 0x10) != 0) {
            Believed.sign(packet, TwoMachines.KEY, TwoMachines.VHID, TwoMachines.VIRTUAL);
        }
        if ((kind & 0x08) != 0) {
            seals.seal(source, packet);
        }
        if ((kind & 0x20) != 0) {
            Believed.sum(packet);
        }
        Counter wrong =
                Believed.refuse(ByteBuffer.wrap(packet), TwoMachines.KEY, TwoMachines.VHID, TwoMachines.VIRTUAL);
        @Nullable Counter expected = wrong == null ? seals.refuse(source, packet) : wrong;
        if (machines.receive(source, ttl, packet, expected, now)) {
            seals.heard(source, packet);
        }
    }
}
