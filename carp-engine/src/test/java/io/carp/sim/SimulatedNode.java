// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.Settings;
import io.carp.spi.Transport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A machine on the link that runs one virtual host, dies, and boots again. */
public final class SimulatedNode {
    private static final long MOST_DRIFT = 200;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final long MOST_BUSY = 300_000_000;
    private static final CompletableFuture<?> NOTHING = CompletableFuture.completedFuture(null);

    private final int number;
    private final VirtualTime time;
    private final SimulatedLink link;
    private final Random random;
    private final Host.Maker maker;
    private final Bindings bindings;
    private final Settings settings;
    private final boolean busy;
    private SimulatedLoop loop;
    private Station station;
    private Host host;
    private boolean running;
    private CompletableFuture<?> ended = NOTHING;

    /** The threads of its workers: busy ones make a task wait. */
    public Executor workers() {
        return loop.workers(() -> busy && random.nextInt(3) == 0 ? random.nextLong(MOST_BUSY) : 0);
    }

    /** Not running yet; with busy threads or idle ones. */
    SimulatedNode(
            int number,
            VirtualTime time,
            SimulatedLink link,
            Random random,
            Settings settings,
            boolean busy,
            Host.Maker maker,
            Bindings bindings) {
        this.number = number;
        this.time = time;
        this.link = link;
        this.random = random;
        this.settings = settings;
        this.busy = busy;
        this.maker = maker;
        this.bindings = bindings;
        loop = boot();
        station = link.plug(loop, address(number));
        host = make();
    }

    public SimulatedLoop loop() {
        return loop;
    }

    public Station station() {
        return station;
    }

    Settings settings() {
        return settings;
    }

    /** Boots after a death, starts after a stop, else does nothing. */
    void start() {
        if (loop.isDead()) {
            bindings.forget(this); // A new process first drops what an earlier one left behind.
            link.unplug(station);
            loop = boot();
            station = link.plug(loop, address(number));
            ended = NOTHING;
        } else if (running) {
            return;
        }
        running = true;
        host = make();
        Host next = host;
        SimulatedLoop on = loop;
        ended.thenRun(() -> on.execute(next::start));
    }

    void stop() {
        if (running) {
            running = false;
            Host last = host;
            CompletableFuture<Void> done = new CompletableFuture<>();
            ended.thenRun(() -> loop.execute(() -> last.stop().thenRun(() -> done.complete(null))));
            ended = done;
        }
    }

    /**
     * The process is gone; the kernel keeps the addresses until the lease is over, renewed with the last advertisement.
     */
    void kill() {
        if (!loop.isDead()) {
            SimulatedLoop killed = loop;
            killed.kill();
            running = false;
            time.at(station.lastSent() + settings.leaseSeconds() * 1_000_000_000L, () -> {
                if (loop == killed) {
                    bindings.forget(this);
                }
            });
        }
    }

    void pause(long nanos) {
        SimulatedLoop paused = loop;
        paused.pause();
        time.at(time.now() + nanos, paused::resume);
    }

    void link(boolean up) {
        if (station.isUp() != up) {
            station.link(up ? Transport.Link.UP : Transport.Link.DOWN);
        }
    }

    /** Asks the host for something, as soon as its loop runs. */
    void ask(Consumer<Host> request) {
        Host asked = host;
        if (running) {
            loop.execute(() -> request.accept(asked));
        }
    }

    Host host() {
        return host;
    }

    /** Whether its process has the addresses. */
    boolean isBound() {
        return !loop.isDead() && host.isBound();
    }

    boolean isMastershipKnown() {
        return !loop.isDead() && host.isMastershipKnown();
    }

    /** Whether it should take part: it runs, and can be heard. */
    boolean takesPart() {
        return running && station.isUp();
    }

    private SimulatedLoop boot() {
        return new SimulatedLoop(time, random.nextLong(), random.nextLong(-MOST_DRIFT, MOST_DRIFT + 1));
    }

    private Host make() {
        AdvertisementDigest digest =
                new AdvertisementDigest(settings.vhid(), "secret".getBytes(UTF_8), List.of(address(100)));
        return maker.make(this, settings, digest, clockAtZero(), bindings.witnessOf(this));
    }

    /** A wall clock that is right within an hour. */
    private long clockAtZero() {
        long millis = 1_700_000_000_000L + random.nextLong(-HOUR_MILLIS, HOUR_MILLIS + 1);
        return millis - loop.nanoTime() / 1_000_000;
    }

    static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) number});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "node " + number;
    }
}
