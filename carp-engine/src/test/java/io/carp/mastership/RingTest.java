// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.MASTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.net.NettyLoop;
import io.carp.spi.Change;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand short masterships with real threads: the loop, workers on a pool, losses, step-downs and failures
 * whenever they please, and now and then a consumer that does not come back before the round is over. What each worker does is checked on its own thread; after every thousand all comes to rest, and
 * then exactly what should be is.
 */
class RingTest extends Surroundings {
    private static final int ROUNDS = 100;
    private static final int MASTERSHIPS = 1000;

    private final NettyLoop loop = new NettyLoop();
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger busyAddresses = new AtomicInteger();
    private final AtomicInteger busyConsumers = new AtomicInteger();
    private final AtomicLong noise = new AtomicLong();
    private final MastershipDriver driver = new MastershipDriver(loop, pool, this, this, this, impatient(), this, this);

    // What is true, written by one worker or the loop each.
    private volatile boolean bound;
    private volatile boolean registered;
    private CarpState state = BACKUP;
    private CarpState told = BACKUP;
    private int events;
    private int binds;
    private int registrations;

    private final Hangs hangs = new Hangs();
    private List<Stuck> stuck = List.of();

    @AfterEach
    void end() {
        pool.shutdownNow();
        loop.close();
    }

    @Test
    void whateverTheThreadsDoItEndsWell() throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < MASTERSHIPS; i++) {
                boolean slowly = random.nextInt(4) == 0;
                boolean orderly = random.nextInt(3) == 0;
                onLoop(this::promote);
                pause(random.nextInt(slowly ? 300_000 : 20_000));
                onLoop(orderly ? this::giveUp : this::lose);
                pause(random.nextInt(slowly ? 100_000 : 10_000));
                onLoop(() -> {
                    if (state == MASTER) {
                        lose(); // Still letting go.
                    }
                });
            }
            boolean serves = random.nextBoolean();
            if (serves) {
                onLoop(this::promote);
            }
            driver.whenTold().get(60, TimeUnit.SECONDS);
            hangs.comeBack();
            for (long end = System.nanoTime() + 60 * World.SECOND; !serves && bound; ) {
                assertTrue(System.nanoTime() - end < 0, "a lost address is kept"); // It may wait for a successor.
                pause(1_000_000);
            }
            onLoop(() -> {
                assertRest(serves);
                if (state == MASTER) {
                    lose();
                }
            });
            assertEquals("[]", wrong.toString(), "round " + round);
        }
        driver.whenTold().get(60, TimeUnit.SECONDS);
        System.out.println("mastership, " + ROUNDS * MASTERSHIPS + " of them with real threads: bound " + binds
                + " times, registered " + registrations + " times, " + events + " events, given up " + hangs.givenUp
                + " consumers");
        assertTrue(hangs.givenUp > 0, "nobody ever hung");
        driver.whenTold().get(60, TimeUnit.SECONDS);
        onLoop(() -> assertEquals(List.of(), stuck));
    }

    /** Consumers that hang are given up in a second and a little. */
    private static MastershipSettings impatient() {
        return new MastershipSettings(
                20_000_000,
                false,
                Given.noScripts(),
                false,
                false,
                List.of(),
                100_000_000,
                5_000_000,
                1,
                World.SECOND,
                0);
    }

    /** An exception in it fails the test. */
    private void onLoop(Runnable task) throws Exception {
        CompletableFuture.runAsync(task, loop::execute).get(60, TimeUnit.SECONDS);
    }

    private static void pause(long nanos) {
        if (nanos > 50_000) {
            LockSupport.parkNanos(nanos);
        } else {
            for (long end = System.nanoTime() + nanos; System.nanoTime() - end < 0; ) {
                Thread.onSpinWait();
            }
        }
    }

    private void assertRest(boolean serves) {
        boolean failed = serves && (!driver.isBound() || !registered);
        if (failed && !lastBindFailed) {
            wrong.add("at rest as MASTER: bound " + bound + ", registered " + registered);
        }
        if (!serves && (bound || registered)) {
            wrong.add("at rest as BACKUP: bound " + bound + ", registered " + registered);
        }
        if (told != state) {
            wrong.add("at rest as " + state + " the last event was of " + told);
        }
    }

    private void promote() {
        if (state != MASTER) {
            state = MASTER;
            driver.take(event(BACKUP, MASTER));
        }
    }

    private void lose() {
        state = BACKUP;
        driver.lose(event(MASTER, BACKUP));
    }

    private void giveUp() {
        driver.giveUp(Given.host(state), BACKUP, Reason.USER_REQUEST, () -> {
            if (state == MASTER) {
                lose();
            }
        });
    }

    private static Saying.Event event(CarpState from, CarpState to) {
        return new Saying.Event(Given.host(to), from, to, Reason.USER_REQUEST, Instant.EPOCH);
    }

    /** Takes a little while now and then, and fails now and then. */
    private boolean fails() {
        long number = noise.incrementAndGet();
        if (number % 7 == 0) {
            LockSupport.parkNanos(1);
        }
        if (number % 997 == 0) {
            LockSupport.parkNanos(200_000);
        }
        return number % 11 == 0;
    }

    private void alone(AtomicInteger busy, String deed, boolean forbidden) {
        if (busy.incrementAndGet() != 1) {
            wrong.add(deed + " while the worker was busy");
        }
        if (forbidden) {
            wrong.add(deed + " with bound " + bound + ", registered " + registered);
        }
        fails();
        busy.decrementAndGet();
    }

    // The addresses.

    private volatile boolean lastBindFailed;

    @Override
    public void bind(Change why) throws IOException {
        alone(busyAddresses, "bind", bound);
        binds++;
        lastBindFailed = fails();
        if (lastBindFailed) {
            throw new IOException("expected by this test");
        }
        bound = true;
    }

    @Override
    public void unbind(Change why) {
        alone(busyAddresses, "unbind", !bound);
        bound = false;
    }

    @Override
    public void announce() {
        alone(busyAddresses, "announce", !bound);
    }

    // The consumers.

    @Override
    public boolean hasHooks() {
        return noise.get() % 2 == 0;
    }

    @Override
    public void acquiring(VirtualHost host) {
        alone(busyConsumers, "acquire", registered);
        hangs.nowAndThen();
    }

    @Override
    public void register(VirtualHost host) {
        alone(busyConsumers, "register", registered);
        registrations++;
        registered = true;
        hangs.nowAndThen();
        if (noise.incrementAndGet() % 499 == 0) { // Not more often, for each is some lines of the log.
            throw new NoClassDefFoundError("expected by this test");
        }
    }

    @Override
    public void unregister() {
        alone(busyConsumers, "unregister", !registered);
        registered = false;
        hangs.nowAndThen();
    }

    @Override
    public void released(VirtualHost host, Reason why) {
        alone(busyConsumers, "release", registered);
        hangs.nowAndThen();
    }

    @Override
    public @Nullable Supplier<String> abandon() {
        return hangs.abandon();
    }

    @Override
    public void stuck(List<Stuck> consumers) {
        stuck = consumers;
    }

    // The rest.

    @Override
    public void event(Saying.Event event) {
        events++;
        if (event.to() == told) {
            wrong.add("told twice of " + told);
        }
        told = event.to();
    }

    @Override
    public void beforeFailed(Throwable why) {
        wrong.add("nothing before the addresses failed, but " + why);
    }
}
