// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.Netlink;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many virtual hosts bind at once: what they share, and who does not wait for all of them. */
@Timeout(120)
class BinderTurnTest {
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int MANY = 30;

    private final NetlinkBinder binder = new NetlinkBinder(new Counting());
    private final Set<Long> looks = ConcurrentHashMap.newKeySet();
    private final Semaphore mayEnd = new Semaphore(0);
    private final List<Thread> threads = new ArrayList<>();

    @AfterEach
    void end() throws Exception {
        mayEnd.release(MANY + 1);
        for (var thread : threads) {
            thread.join();
        }
        binder.close();
    }

    /** Something that may fail. */
    private interface Action {
        void run() throws Exception;
    }

    private Thread begin(Action action) {
        var thread = new Thread(() -> {
            try {
                action.run();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        threads.add(thread);
        thread.start();
        return thread;
    }

    private static void awaitWaiting(Thread thread) throws Exception {
        while (thread.getState() != Thread.State.WAITING) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private void work() throws IOException {
        binder.locked(round -> {
            looks.add(round.taken);
            mayEnd.acquireUninterruptibly();
        });
    }

    private void workOfMany() throws Exception {
        for (int i = 0; i <= MANY; i++) {
            awaitWaiting(begin(this::work)); // The first one for its end, the others for their turn.
        }
    }

    @Test
    void oneLookServesAllWhoWaitedWhenItWasTaken() throws Exception {
        workOfMany();
        mayEnd.release(MANY + 1);
        for (var thread : threads) {
            thread.join();
        }
        assertEquals(2, looks.size(), "one for the first, one for those who came meanwhile");
        mayEnd.release();
        work();
        assertEquals(3, looks.size(), "who asks later wants to see what is there now");
    }

    @Test
    void whoRenewsWaitsForOneOfThem() throws Exception {
        workOfMany();
        var renews = begin(() -> binder.tend(true, new KernelNews()));
        awaitWaiting(renews);
        mayEnd.release();
        renews.join();
        assertTrue(threads.get(MANY).isAlive());
    }

    @Test
    void aLookIsSharedForAShortTimeAndIfAllWentWell() throws Exception {
        var look = new SharedLook();
        try (var netlink = Netlink.open(1000)) {
            var first = look.take(netlink, 0, 1);
            look.done(first);
            assertEquals(1, look.take(netlink, 0, 2).taken);
            assertEquals(3, look.take(netlink, 0, 3).taken, "what was done upon it may have failed half-way");

            look.done(first);
            assertEquals(
                    51 * MILLISECOND, look.take(netlink, 0, 51 * MILLISECOND).taken, "others change addresses, too");

            var touched = look.take(netlink, 0, 60 * MILLISECOND);
            assertTrue(touched.isReliable());
            touched.macvlan();
            assertFalse(touched.isReliable());
            look.done(touched);
            assertEquals(61 * MILLISECOND, look.take(netlink, 0, 61 * MILLISECOND).taken, "an interface went with it");
        }
    }

    /** Time that goes on by a nanosecond with each look at the clock. */
    private static final class Counting extends OnlyTime {
        private final AtomicLong time = new AtomicLong();

        @Override
        public long nanoTime() {
            return time.incrementAndGet();
        }
    }
}
