// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.Counters.Counter;
import io.carp.protocol.DigestOrder;
import io.carp.protocol.Seal;
import io.carp.protocol.SealKey;
import io.carp.protocol.SealMarks.Kept;
import io.carp.protocol.Settings;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Nodes on one link whose advertisements are sealed, and all that passed, as somebody captured it. */
final class SealedGroup {
    static final long MILLISECOND = 1_000_000;
    static final long SECOND = 1000 * MILLISECOND;
    static final long HOUR_MILLIS = 3_600_000;
    private static final long BEGIN_MILLIS = 1_700_000_000_000L;
    private static final InetAddress VIRTUAL_IP = SimulatedNode.address(100);

    final VirtualTime time = new VirtualTime();
    final List<Captured> captured = new ArrayList<>();
    final List<Member> members = new ArrayList<>();
    final Random random;
    private final SimulatedLink link;
    private final boolean bothFamilies;
    int transitions;

    /** A packet that passed. */
    record Captured(InetAddress source, byte[] bytes) {
        ByteBuffer packet() {
            return ByteBuffer.wrap(bytes.clone());
        }
    }

    SealedGroup(long seed, boolean bothFamilies) {
        this.random = new Random(seed);
        this.link = new SimulatedLink(time, random);
        this.bothFamilies = bothFamilies;
    }

    /** Adds nodes that require seals, with clocks that are right, and lets them settle. */
    SealedGroup of(int nodes) {
        for (int n = 1; n <= nodes; n++) {
            add(0);
        }
        time.advance(10 * SECOND);
        return this;
    }

    Member add(long clockAheadMillis) {
        Member member = new Member(members.size() + 1, clockAheadMillis);
        members.add(member);
        member.start(digest(Seal.Policy.REQUIRE, 1, 1), Kept.NOTHING);
        return member;
    }

    /** With keys of these ids. */
    static AdvertisementDigest digest(Seal.Policy policy, int sending, int... ids) {
        List<SealKey> keys = Arrays.stream(ids)
                .mapToObj(id -> new SealKey(id, ("key number " + id + " of the group").getBytes(UTF_8)))
                .toList();
        Seal seal = new Seal(policy, sending, keys, List.of(VIRTUAL_IP));
        return new AdvertisementDigest(
                7, "secret".getBytes(UTF_8), List.of(VIRTUAL_IP), DigestOrder.SORTED, null, seal);
    }

    Member master() {
        List<Member> masters = members.stream().filter(Member::isMaster).toList();
        assertEquals(1, masters.size(), "masters");
        return masters.get(0);
    }

    /** Everybody hears everybody once. */
    void acquaint() {
        for (Member next : members) {
            next.takeOver();
            time.advance(2 * SECOND);
        }
        master();
    }

    long count(Counter counter) {
        return members.stream().mapToLong(one -> one.count(counter)).sum();
    }

    /** All that were captured so far arrive at everybody who lives, as they were, and nothing changes. */
    void replayAll() {
        List<Captured> all = List.copyOf(captured);
        for (Captured one : all) {
            long before = transitions;
            members.stream()
                    .filter(member -> !member.loop.isDead())
                    .forEach(member -> member.station.arrive(one.source, Station.TTL, one.packet()));
            time.advance(50 * MILLISECOND);
            assertEquals(before, transitions, "a captured advertisement changed something");
        }
    }

    final class Member {
        final int number;
        long clockAheadMillis;
        SimulatedLoop loop;
        Station station;
        BareHost host;
        private AdvertisementDigest digest = digest(Seal.Policy.REQUIRE, 1, 1);

        private Member(int number, long clockAheadMillis) {
            this.number = number;
            this.clockAheadMillis = clockAheadMillis;
            this.loop = new SimulatedLoop(time, random.nextLong(), random.nextLong(-200, 201));
            this.station = link.plug(loop, SimulatedNode.address(number));
            this.host = host();
        }

        private BareHost host() {
            Settings settings = new Settings(7, 1, 2 * number, false, 3, 0, 60);
            long clockAtZero = clock() - Math.floorDiv(loop.nanoTime(), MILLISECOND);
            return new BareHost(loop, station, settings, digest, clockAtZero, new BareHost.Journal() {
                @Override
                public void sent(ByteBuffer packet) {
                    byte[] bytes = new byte[packet.remaining()];
                    packet.get(packet.position(), bytes);
                    captured.add(new Captured(SimulatedNode.address(number), bytes));
                    if (bothFamilies) {
                        captured.add(new Captured(Station.linkLocal(SimulatedNode.address(number)), bytes));
                    }
                }

                @Override
                public void changed(CarpState from, CarpState to, Reason reason) {
                    transitions++;
                }
            });
        }

        private long clock() {
            return BEGIN_MILLIS + time.now() / MILLISECOND + clockAheadMillis;
        }

        void start(AdvertisementDigest digest, Kept memory) {
            this.digest = digest;
            host = host();
            host.machine().marks().recall(memory, clock());
            if (bothFamilies) {
                host.startWithBothFamilies();
            } else {
                host.start();
            }
        }

        /** Dies without a word, and starts again with that memory and a clock that is so far ahead. */
        void restart(Kept memory, long clockAheadMillis) {
            die();
            this.clockAheadMillis = clockAheadMillis;
            loop = new SimulatedLoop(time, random.nextLong(), random.nextLong(-200, 201));
            station = link.plug(loop, SimulatedNode.address(number));
            start(digest(Seal.Policy.REQUIRE, 1, 1), memory);
        }

        void die() {
            loop.kill();
            link.unplug(station);
        }

        Kept memory() {
            return host.machine().marks().kept();
        }

        void edit(AdvertisementDigest edited) {
            host.input(now -> host.machine().reconfigure(host.machine().settings(), edited, now));
        }

        boolean isMaster() {
            return !loop.isDead() && host.machine().state() == CarpState.MASTER;
        }

        void takeOver() {
            host.input(now -> host.machine().takeOver(now));
        }

        void stepDown() {
            host.input(now -> host.machine().stepDown(Reason.USER_REQUEST, now));
        }

        long count(Counter counter) {
            return host.machine().counters().get(counter);
        }

        void hears(InetAddress source, ByteBuffer packet) {
            station.arrive(source, Station.TTL, packet);
            time.advance(MILLISECOND);
        }

        @Override
        public String toString() {
            return "node " + number;
        }
    }

    /** Of the family of the other one. */
    static boolean isIpv6(Captured captured) {
        return captured.source instanceof Inet6Address;
    }
}
