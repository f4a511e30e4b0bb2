// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.Transition;
import io.carp.VirtualHost;
import io.carp.VirtualHostListener;
import io.carp.consumers.VirtualHostView.TransitionView;
import io.carp.testing.contract.PlainLoop;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Uses real threads: one tells, and on others listeners come and go. The number of a transition is its time. */
class ListenersTest {
    private static final int PATIENCE_SECONDS = 60;

    private final PlainLoop loop = new PlainLoop();
    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Listeners listeners = new Listeners(loop, pool, (sentence, thrown) -> log.add(sentence));
    private long number;

    @AfterEach
    void end() {
        loop.close();
        pool.shutdownNow();
    }

    /** Fails as soon as a transition is lost or told twice. */
    private static final class Checking implements VirtualHostListener {
        private final List<String> wrong;
        private volatile long last = -1;
        private int calls;

        Checking(List<String> wrong) {
            this.wrong = wrong;
        }

        @Override
        public void present(VirtualHost host) {
            if (calls++ > 0) {
                wrong.add("the present state " + host.since() + " after " + last);
            }
            last = host.since().toEpochMilli();
        }

        @Override
        public void changed(VirtualHost host, Transition transition) {
            long now = transition.at().toEpochMilli();
            if (calls++ == 0 || now != last + 1) {
                wrong.add(now + " after " + last);
            }
            last = now;
        }
    }

    @Test
    void betweenThePresentStateAndTheFirstTransitionNothingIsLostAndNothingToldTwice() throws Exception {
        List<String> wrong = new CopyOnWriteArrayList<>();
        begin("web");
        AtomicBoolean over = new AtomicBoolean();
        List<Future<Integer>> comers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            comers.add(pool.submit(() -> {
                int came = 0;
                for (; !over.get() || came == 0; came++) {
                    Checking one = new Checking(wrong);
                    listeners.add(one, one, "web", "one that goes");
                    if (came % 3 == 0) {
                        Thread.sleep(1);
                    }
                    listeners.remove(one);
                }
                return came;
            }));
        }
        List<Checking> staying = new ArrayList<>();
        for (int round = 0; round < 100; round++) {
            Checking stays = new Checking(wrong);
            staying.add(stays);
            Future<?> added = pool.submit(() -> listeners.add(stays, stays, null, "one that stays"));
            for (int i = 0; i < VirtualHostListener.MOST_UNTOLD / 2; i++) {
                change("web");
            }
            added.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            long upTo = number;
            await(() -> staying.stream()
                    .allMatch(one -> one.last == upTo)); // Nobody falls so far behind that it is spared.
        }
        over.set(true);
        int came = 0;
        for (Future<Integer> comer : comers) {
            came += comer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        assertEquals(List.of(), wrong, "of " + came + " that came and went");
        assertEquals(List.of(), log);
    }

    @Test
    void aSlowOneAloneFallsBehindAndIsToldWhatCameOfIt() throws Exception {
        List<String> wrong = new CopyOnWriteArrayList<>();
        List<String> told = new CopyOnWriteArrayList<>();
        CountDownLatch blocking = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        begin("web");
        begin("db");
        VirtualHostListener slow = new VirtualHostListener() {
            @Override
            public void present(VirtualHost host) {
                told.add("present " + host.name() + " " + host.since().toEpochMilli());
                if (told.size() == 2) {
                    blocked.countDown();
                    awaitQuietly(blocking);
                }
            }

            @Override
            public void changed(VirtualHost host, Transition transition) {
                told.add(host.name() + " " + transition.at().toEpochMilli());
            }
        };
        Checking quick = new Checking(wrong);
        listeners.add(slow, slow, null, "a slow one");
        listeners.add(quick, quick, "web", "a quick one");
        awaitQuietly(blocked);
        told.clear();
        for (int i = 1; i <= VirtualHostListener.MOST_UNTOLD + 2; i++) {
            change("web");
            long now = number;
            await(() -> quick.last == now);
        }
        change("db");
        blocking.countDown();
        long web = number - 2;
        await(() -> told.size() == 3);
        assertEquals(List.of("present web " + web, "web " + (web + 1), "db " + number), told);
        assertEquals(List.of(), wrong);
    }

    @Test
    void whatOneThrowsIsLoggedAndTheNextTransitionIsTold() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        begin("web");
        VirtualHostListener failing = new VirtualHostListener() {
            @Override
            public void present(VirtualHost host) {
                throw new NoClassDefFoundError("com/example/Missing");
            }

            @Override
            public void changed(VirtualHost host, Transition transition) {
                told.add(transition.to().name());
            }
        };
        listeners.add(failing, failing, null, "com.example");
        change("web");
        await(() -> !told.isEmpty());
        assertEquals(List.of("carp: web: the listener of com.example failed"), log);
    }

    @Test
    void withoutAThreadItIsTriedAgain() throws Exception {
        AtomicBoolean none = new AtomicBoolean(true);
        Listeners poor = new Listeners(
                loop,
                task -> {
                    if (none.getAndSet(false)) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    pool.execute(task);
                },
                (sentence, thrown) -> log.add(sentence));
        Checking one = new Checking(log);
        onLoop(() -> poor.tell(this, host("web", CarpState.BACKUP, 0), null));
        poor.add(one, one, null, "com.example");
        await(() -> one.last == 0);
        assertEquals(1, log.size(), log::toString);
    }

    @Test
    void whoEndsIsNotPresentAnyMore() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        begin("web");
        begin("db");
        onLoop(() -> listeners.forget("web"));
        VirtualHostListener listener = new VirtualHostListener() {
            @Override
            public void present(VirtualHost host) {
                told.add(host.name());
            }

            @Override
            public void changed(VirtualHost host, Transition transition) {}
        };
        listeners.add(listener, listener, null, "com.example");
        await(() -> !told.isEmpty());
        onLoop(() -> {});
        assertEquals(List.of("db"), told);
    }

    private void begin(String name) throws Exception {
        onLoop(() -> listeners.tell(name.intern(), host(name, CarpState.INIT, number), null));
    }

    /** The next transition, told on the loop. */
    private void change(String name) {
        long now = ++number;
        loop.execute(() -> {
            CarpState to = now % 2 == 0 ? CarpState.BACKUP : CarpState.MASTER;
            listeners.tell(
                    name.intern(),
                    host(name, to, now),
                    new TransitionView(Instant.ofEpochMilli(now), CarpState.INIT, to, Reason.USER_REQUEST));
        });
    }

    private static VirtualHost host(String name, CarpState state, long number) {
        return VirtualHostView.absent(name, Reason.USER_REQUEST, state.name(), Instant.ofEpochMilli(number));
    }

    private void onLoop(Runnable task) throws Exception {
        CompletableFuture.runAsync(task, loop::execute).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.holds()) {
            assertTrue(System.nanoTime() - end < 0, "in vain");
            Thread.sleep(1);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
