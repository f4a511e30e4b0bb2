// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** An Ethernet with everything that goes wrong on one. Each node has a {@link Station} on it. */
public final class SimulatedLink {
    private final VirtualTime time;
    private final Random random;
    private final List<Station> stations = new ArrayList<>();
    private final Set<Direction> cuts = new HashSet<>();
    private Faults faults = Faults.NONE;
    private int ttl = Station.TTL;
    private Watcher watcher = (from, to) -> {};
    private boolean ipv4Lost;
    private boolean ipv6Lost;

    /**
     * What the link does to a packet.
     *
     * @param loss the part that is lost, 0..1, for each receiver on its own
     * @param duplication the part that arrives twice, 0..1
     * @param leastDelay nanoseconds a packet takes at least
     * @param mostDelay nanoseconds a packet takes at most: if more, packets overtake each other
     */
    public record Faults(double loss, double duplication, long leastDelay, long mostDelay) {
        /** One millisecond, always. */
        public static final Faults NONE = new Faults(0, 0, 1_000_000, 1_000_000);
    }

    /** Sees what the link does. */
    interface Watcher {
        /** A packet did not arrive, or was refused. */
        void lost(Station from, Station to);
    }

    private record Direction(Station from, Station to) {}

    public SimulatedLink(VirtualTime time, Random random) {
        this.time = time;
        this.random = random;
    }

    /** Plugs a node in. */
    public Station plug(SimulatedLoop loop, InetAddress address) {
        return plug(loop, address, Station.linkLocal(address));
    }

    /** Plugs a node in whose addresses of both families are given. */
    public Station plug(SimulatedLoop loop, InetAddress address, InetAddress ipv6Address) {
        Station station = new Station(this, loop, address, ipv6Address);
        stations.add(station);
        return station;
    }

    /** Takes a node off the link, with its cuts. */
    void unplug(Station station) {
        stations.remove(station);
        cuts.removeIf(cut -> cut.from == station || cut.to == station);
    }

    /** From now on the link is like this. */
    public void faults(Faults faults) {
        this.faults = faults;
    }

    public Faults faults() {
        return faults;
    }

    void watch(Watcher watcher) {
        this.watcher = watcher;
    }

    int ttl() {
        return ttl;
    }

    void lost(Station from, Station to) {
        watcher.lost(from, to);
    }

    /** A packet did not even leave. */
    void lost(Station from) {
        for (Station to : stations) {
            if (to != from) {
                watcher.lost(from, to);
            }
        }
    }

    /** From now on packets may be routed, so no TTL is asked for. */
    public void routed() {
        ttl = Station.NO_TTL;
    }

    /** Nothing goes this way any more. The other way is another cut. */
    public void cut(Station from, Station to) {
        cuts.add(new Direction(from, to));
    }

    public void join(Station from, Station to) {
        cuts.remove(new Direction(from, to));
    }

    public void joinAll() {
        cuts.clear();
    }

    /** From now on one family, or both or none, gets through to nobody, as with a filter in a switch. */
    public void lose(boolean ipv4, boolean ipv6) {
        ipv4Lost = ipv4;
        ipv6Lost = ipv6;
    }

    public boolean isCut(Station from, Station to) {
        return cuts.contains(new Direction(from, to));
    }

    public boolean isWhole() {
        return cuts.isEmpty();
    }

    long now() {
        return time.now();
    }

    void send(Station from, InetAddress source, ByteBuffer packet) {
        if (source instanceof Inet6Address ? ipv6Lost : ipv4Lost) {
            return;
        }
        for (Station to : stations) {
            if (to == from) {
                continue;
            }
            if (cuts.contains(new Direction(from, to))) {
                watcher.lost(from, to);
            } else {
                int copies = random.nextDouble() < faults.loss ? 0 : random.nextDouble() < faults.duplication ? 2 : 1;
                if (copies == 0) {
                    watcher.lost(from, to);
                }
                for (int i = 0; i < copies; i++) {
                    time.at(time.now() + delay(), () -> to.arrive(from, source, ttl, packet));
                }
            }
        }
    }

    private long delay() {
        long spread = faults.mostDelay - faults.leastDelay;
        return faults.leastDelay + (spread == 0 ? 0 : random.nextLong(spread + 1));
    }
}
