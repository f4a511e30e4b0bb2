// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static io.carp.sim.SealedGroup.MILLISECOND;
import static io.carp.sim.SealedGroup.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.Counters.Counter;
import io.carp.protocol.Packets;
import io.carp.protocol.Seal.Policy;
import io.carp.sim.SealedGroup.Captured;
import io.carp.sim.SealedGroup.Member;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is repeated, passed on, changed or made without the key is refused, named, and changes nothing. */
class SealForgeryTest {
    private static final int ENETUNREACH = 101;

    @Test
    void theSecondCopyOfAnAdvertisementIsRefusedAndChangesNothing() {
        SealedGroup group = new SealedGroup(9, false).of(2);
        Member backup = group.members.get(group.master() == group.members.get(0) ? 1 : 0);
        Captured last = group.captured.get(group.captured.size() - 1);
        long deadline = backup.host.machine().deadline();
        long refused = backup.count(Counter.replayed);
        backup.hears(last.source(), last.packet());
        assertEquals(refused + 1, backup.count(Counter.replayed));
        assertEquals(deadline, backup.host.machine().deadline());
    }

    @Test
    void whatIsPassedOnByAnotherSenderIsRefused() {
        SealedGroup group = new SealedGroup(10, false).of(2);
        Member master = group.master();
        Member backup = group.members.get(master == group.members.get(0) ? 1 : 0);
        group.captured.clear();
        master.die();
        Captured fresh = freshFrom(group, master);
        for (InetAddress other : List.of(SimulatedNode.address(9), Station.linkLocal(SimulatedNode.address(1)))) {
            long refused = backup.count(Counter.badseal);
            backup.hears(other, fresh.packet());
            assertEquals(refused + 1, backup.count(Counter.badseal), other.toString());
        }
        backup.hears(fresh.source(), fresh.packet());
        assertEquals(0, backup.count(Counter.replayed), "from its sender it is heard");
        backup.hears(fresh.source(), fresh.packet());
        assertEquals(1, backup.count(Counter.replayed), "once");
    }

    /** One that the other nodes have not heard yet. */
    private static Captured freshFrom(SealedGroup group, Member dead) {
        dead.station.sendError(ENETUNREACH);
        dead.host.input(now -> dead.host.machine().demotion(10, now));
        assertEquals(1, group.captured.size());
        return group.captured.get(0);
    }

    @Test
    void everyChangedByteIsRefusedAndChangesNothing() {
        SealedGroup group = new SealedGroup(11, false).of(2);
        Member master = group.master();
        Member backup = group.members.get(master == group.members.get(0) ? 1 : 0);
        group.captured.clear();
        master.die();
        Captured fresh = freshFrom(group, master);
        long before = group.transitions;
        long deadline = backup.host.machine().deadline();
        for (int at = 0; at < fresh.bytes().length; at++) {
            ByteBuffer packet = fresh.packet();
            packet.put(at, (byte) (packet.get(at) ^ 0x41));
            if (at < 36 && at != 6 && at != 7) {
                Packets.sum(packet);
            }
            backup.station.arrive(fresh.source(), Station.TTL, packet);
        }
        group.time.advance(MILLISECOND);
        assertEquals(before, group.transitions);
        assertEquals(deadline, backup.host.machine().deadline());
        long heard = backup.count(Counter.ipackets);
        backup.hears(fresh.source(), fresh.packet());
        assertEquals(heard + 1, backup.count(Counter.ipackets), "as it was, it is heard");
    }

    @Test
    void aForgeryWithTheOldDigestAloneChangesNothing() {
        SealedGroup group = new SealedGroup(12, false).of(2);
        AdvertisementDigest onlyThePass = SealedGroup.digest(Policy.OFF, 1, 1);
        long before = group.transitions;
        for (int i = 0; i < 20; i++) {
            ByteBuffer forged = Packets.of(onlyThePass, 7, i % 2 == 0 ? 0 : 255, i % 2 == 0 ? 0 : 255, 1000 + i);
            group.members.forEach(member -> member.hears(SimulatedNode.address(9), forged.duplicate()));
            group.time.advance(SECOND / 3);
        }
        assertEquals(before, group.transitions);
        assertEquals(40, group.count(Counter.unsealed));
    }
}
