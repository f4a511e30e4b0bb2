// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.DemotionStyle;
import io.carp.protocol.Settings;
import io.carp.spi.Transport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** A machine on the link that runs one virtual host, dies, and boots again. */
public final class SimulatedNode {
    /** Millionths, between machines; and in a bad world. */
    private static final long MOST_DRIFT = 200;

    private static final long WORST_DRIFT = 10_000;
    private static final int MOST_IN_ADVSKEW = 240;
    private static final long HOUR_MILLIS = 3_600_000;
    private static final long MOST_BUSY = 300_000_000;
    private static final CompletableFuture<?> NOTHING = CompletableFuture.completedFuture(null);

    private final int number;
    private final VirtualTime time;
    private final SimulatedLink link;
    private final Random random;
    private final Host.Maker maker;
    private final Bindings bindings;
    private final Attacker attacker;
    private final Troubles troubles = new Troubles();
    private final boolean busy;
    private final SealDisk disk;
    private Settings settings;
    private SimulatedLoop loop;
    private Station station;
    private Host host;
    private boolean running;
    private boolean demoted;
    private CompletableFuture<?> ended = NOTHING;

    /** The threads of its workers: busy ones make a task wait. */
    public Executor workers() {
        return loop.workers(() -> {
            long most = Math.max(busy && random.nextInt(3) == 0 ? MOST_BUSY : 0, troubles.slowness());
            long wait = most == 0 ? 0 : random.nextLong(most);
            if (wait > 0) {
                bindings.answering().heldUp(this, time.now() + wait);
            }
            return wait;
        });
    }

    /** What is wrong beside the loop. */
    public Troubles troubles() {
        return troubles;
    }

    /** Asks the kernel to do something so much later, whatever becomes of the process. */
    public void later(long nanos, Runnable deed) {
        time.at(time.now() + nanos, deed);
    }

    SimulatedNode(
            int number,
            VirtualTime time,
            SimulatedLink link,
            Random random,
            Settings settings,
            boolean busy,
            SealDisk disk,
            Host.Maker maker,
            Attacker attacker,
            Bindings bindings) {
        this.number = number;
        this.time = time;
        this.link = link;
        this.random = random;
        this.settings = settings;
        this.busy = busy;
        this.disk = disk;
        this.maker = maker;
        this.attacker = attacker;
        this.bindings = bindings;
        loop = boot();
        station = plug();
        host = make();
    }

    private Station plug() {
        Station plugged = link.plug(loop, address(number));
        plugged.reader((door, from, source, ttl, packet) -> {
            Host reading = host;
            ByteBuffer copy = packet.duplicate();
            if (from != null && !attacker.wantsToKnow() && !bindings.answering().isContested()) {
                door.received(source, ttl, packet);
                attacker.passed(copy);
                return; // To ask each time takes most of the time of a history.
            }
            long before = reading.believed();
            door.received(source, ttl, packet);
            boolean believed = reading.believed() != before;
            if (from == null && believed) {
                bindings.witnessOf(this).broken("believed what was forged or is old");
            } else if (from != null && believed) {
                attacker.believed(this, reading, source, copy);
            } else if (from != null) {
                link.lost(from, plugged);
            }
        });
        return plugged;
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
            station = plug();
            ended = NOTHING;
        } else if (running) {
            return;
        }
        running = true;
        host = make();
        Host next = host;
        SimulatedLoop on = loop;
        ended = ended.thenRun(() -> on.execute(next::start)); // A stop that comes now is for later than this.
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
            disk.killedAt(time.now());
            bindings.answering().judge();
            time.at(station.lastSent() + settings.leaseSeconds() * 1_000_000_000L, () -> {
                if (loop == killed) {
                    bindings.forget(this);
                }
            });
        }
    }

    /** @param frozen whether the kernel does nothing for the process, either */
    void pause(long nanos, boolean frozen) {
        bindings.answering().judge();
        SimulatedLoop paused = loop;
        paused.pause(frozen);
        time.at(time.now() + nanos, () -> resume(paused));
    }

    void resume() {
        resume(loop);
    }

    private void resume(SimulatedLoop paused) {
        if (paused.isPaused()) {
            bindings.answering().heldUp(this, time.now());
            paused.resume();
        }
    }

    /** The file of its configuration is edited, whether it runs or not. */
    void edit(int advskew, boolean preempt) {
        settings = new Settings(
                settings.vhid(),
                settings.advbase(),
                advskew,
                preempt,
                settings.deadRatio(),
                settings.leaseSeconds(),
                settings.digestOverlapSeconds(),
                settings.delays(),
                settings.demotionStyle());
        Settings edited = settings;
        ask(one -> one.edit(edited, digest()));
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

    /** Whether its last advertisement has the interval of its file, unless it is demoted. */
    boolean saysWhatIsConfigured() {
        byte[] said = station.lastSaid();
        int most = settings.demotionStyle() == DemotionStyle.ADVSKEW ? MOST_IN_ADVSKEW : 0xff;
        int advskew = Math.min(most, settings.advskew());
        return demoted || ((said[5] & 0xff) == settings.advbase() && (said[2] & 0xff) == advskew);
    }

    void demote(int total) {
        demoted = total != 0;
        ask(asked -> asked.demote(total));
    }

    /** Whether it should take part: it runs, and can be heard. */
    boolean takesPart() {
        return running && station.isUp();
    }

    private SimulatedLoop boot() {
        long most = busy ? WORST_DRIFT : MOST_DRIFT;
        return new SimulatedLoop(time, random.nextLong(), random.nextLong(-most, most + 1));
    }

    private Host make() {
        return maker.make(this, settings, digest(), clockAtZero(), bindings.witnessOf(this));
    }

    /** Made for each: digests are not shared between machines. */
    private AdvertisementDigest digest() {
        return disk.digest(settings.vhid(), "secret");
    }

    public SealDisk disk() {
        return disk;
    }

    /** A wall clock that is right within an hour. */
    private long clockAtZero() {
        long wrong = random.nextLong(-HOUR_MILLIS, HOUR_MILLIS + 1);
        loop.setWallClock(Duration.ofMillis(wrong));
        return SimulatedLoop.NOW_MILLIS + wrong - loop.nanoTime() / 1_000_000;
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
