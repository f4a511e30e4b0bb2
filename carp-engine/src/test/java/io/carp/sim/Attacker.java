// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static io.carp.sim.History.SECOND;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Somebody on the way who has not the pass: sends what was forged, cut, routed too far, and, where packets may be
 * routed, what was captured before, as it was or with another interval. On one link a captured advertisement is
 * believed (there is nothing to tell it by), so none is sent again there, unless seals are required: then whatever was
 * believed once is sent again at once, and what a host believed before it was killed, too.
 */
final class Attacker {
    private static final int LENGTH = 36;
    private static final int ADVSKEW = 2;
    private static final int ADVBASE = 5;
    private static final int CHECKSUM = 6;
    private static final int COUNTER = 8;
    private static final int MOST_KEPT = 200;

    /** Marks that have moved are written every ten seconds by whatever clock, and later by a node that pauses. */
    private static final long UNWRITTEN = 17 * SECOND;

    private final VirtualTime time;
    private final Random random;
    private final boolean routed;
    private final boolean sealed;
    /** What each host believed since it began: only by that it can tell what is old. */
    private final Map<Host, List<Taken>> taken = new WeakHashMap<>();

    /** What each node believed, whatever became of its process. */
    private final Map<SimulatedNode, List<Taken>> ever = new HashMap<>();

    private byte @Nullable [] latest;

    private record Taken(long time, InetAddress source, byte[] bytes) {}

    Attacker(VirtualTime time, Random random, boolean routed, boolean sealed) {
        this.sealed = sealed;
        this.time = time;
        this.random = random;
        this.routed = routed;
    }

    /** Whether it matters which packets are believed: those that it could send again. */
    boolean wantsToKnow() {
        return routed || sealed;
    }

    /** A genuine packet came by. */
    void passed(ByteBuffer packet) {
        latest = bytes(packet);
    }

    /** A host believed a packet. */
    void believed(SimulatedNode node, Host host, InetAddress source, ByteBuffer packet) {
        byte[] bytes = bytes(packet);
        latest = bytes;
        Taken one = new Taken(time.now(), source, bytes);
        if (sealed) {
            add(ever.computeIfAbsent(node, any -> new ArrayList<>()), one);
        }
        if (sealed || routed) {
            add(taken.computeIfAbsent(host, any -> new ArrayList<>()), one);
        }
    }

    private void add(List<Taken> all, Taken one) {
        if (all.size() == MOST_KEPT) {
            all.remove(random.nextInt(MOST_KEPT));
        }
        all.add(one);
    }

    /** Returns what was sent, for the log. */
    String attack(SimulatedNode victim) {
        byte[] genuine = latest;
        if (genuine == null || genuine.length < LENGTH) {
            return "nothing captured yet";
        }
        byte[] bytes = genuine.clone();
        InetAddress from = SimulatedNode.address(1 + random.nextInt(5));
        int length = sealed ? bytes.length : LENGTH;
        switch (random.nextInt(routed || sealed ? 8 : 5)) {
            case 0 -> {
                bytes[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
                return send(victim, from, bytes, "a flipped bit");
            }
            case 1 -> {
                bytes[COUNTER + random.nextInt(LENGTH - COUNTER)] ^= (byte) (1 + random.nextInt(255));
                return send(victim, from, sum(bytes), "a digest without the pass");
            }
            case 2 -> {
                return send(victim, from, Arrays.copyOf(bytes, random.nextInt(length)), "a part");
            }
            case 3 -> {
                random.nextBytes(bytes);
                bytes[1] = genuine[1];
                return send(victim, from, sum(bytes), "noise");
            }
            case 4 -> {
                victim.station().arrive(from, random.nextInt(Station.TTL), ByteBuffer.wrap(bytes));
                return "from far away";
            }
            default -> {
                return replay(victim);
            }
        }
    }

    private String replay(SimulatedNode victim) {
        long patience = Math.max(3 * SECOND, History.masterDown(victim.settings()));
        long old = time.now() - patience * 102 / 100 - SECOND;
        List<Taken> kept = sealed
                ? sealedFor(victim)
                : taken.getOrDefault(victim.host(), List.of()).stream()
                        .filter(one -> one.time < old)
                        .toList();
        if (kept.isEmpty()) {
            return "nothing old captured yet";
        }
        Taken one = kept.get(random.nextInt(kept.size()));
        byte[] bytes = one.bytes.clone();
        if (random.nextBoolean()) {
            bytes[ADVSKEW] = (byte) random.nextInt(256);
            bytes[ADVBASE] = (byte) (random.nextBoolean() ? 0 : 255);
        }
        InetAddress from = random.nextBoolean() ? one.source : SimulatedNode.address(1 + random.nextInt(5));
        return send(victim, from, sum(bytes), "an old advertisement");
    }

    /** What it has believed since it began, and before that all but the last that nothing was written down of. */
    private List<Taken> sealedFor(SimulatedNode victim) {
        List<Taken> all = new ArrayList<>(taken.getOrDefault(victim.host(), List.of()));
        ever.getOrDefault(victim, List.of()).stream()
                .filter(one -> one.time < victim.disk().killedAt() - UNWRITTEN)
                .forEach(all::add);
        return all;
    }

    private static String send(SimulatedNode victim, InetAddress from, byte[] bytes, String what) {
        victim.station().arrive(from, victim.station().ttl(), ByteBuffer.wrap(bytes));
        return what;
    }

    private static byte[] bytes(ByteBuffer packet) {
        byte[] bytes = new byte[packet.remaining()];
        packet.duplicate().get(bytes);
        return bytes;
    }

    /** Puts the checksum right, which needs no pass. */
    private static byte[] sum(byte[] bytes) {
        bytes[CHECKSUM] = 0;
        bytes[CHECKSUM + 1] = 0;
        int sum = 0;
        for (int i = 0; i < LENGTH; i += 2) {
            sum += ((bytes[i] & 0xff) << 8) + (bytes[i + 1] & 0xff);
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = ~((sum & 0xffff) + (sum >>> 16));
        bytes[CHECKSUM] = (byte) (sum >>> 8);
        bytes[CHECKSUM + 1] = (byte) sum;
        return bytes;
    }
}
