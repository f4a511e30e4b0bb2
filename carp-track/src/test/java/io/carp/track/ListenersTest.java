// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Demotion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceRegistration;

/** The demotion of a track is a service, so it calls all service listeners, and these may do whatever they like. */
@Timeout(120)
class ListenersTest extends InFramework {
    private static final String SERVICE = "service = (objectClass=java.lang.Runnable)";

    private final VirtualSchedule schedule = new VirtualSchedule();

    private Track track(String line) {
        Map<String, Object> properties = new HashMap<>(Map.of("service.pid", "carp.track~db"));
        properties.put("service.factoryPid", "carp.track");
        String[] pair = line.split(" = ", 2);
        properties.put(pair[0], pair[1]);
        return new Track(schedule, context, properties);
    }

    private void onDemotion(int type, Runnable action) throws Exception {
        ServiceListener listener = event -> {
            if (event.getType() == type) {
                action.run();
            }
        };
        context.addServiceListener(listener, "(objectClass=" + Demotion.class.getName() + ")");
    }

    private int demotions() throws Exception {
        return context.getServiceReferences(Demotion.class, null).size();
    }

    private ServiceRegistration<Runnable> runnable() {
        return context.registerService(Runnable.class, () -> {}, null);
    }

    @Test
    void oneThatBringsBackWhatIsMissingIsHeard() throws Exception {
        onDemotion(ServiceEvent.REGISTERED, this::runnable);
        Track track = track(SERVICE);
        assertEquals(0, demotions(), "the service is there");
        track.deactivate();
        assertEquals(0, demotions());
    }

    @Test
    void oneThatTakesItAwayAgainIsHeardToo() throws Exception {
        track(SERVICE);
        AtomicBoolean once = new AtomicBoolean();
        var registered = new CompletableFuture<ServiceRegistration<?>>();
        onDemotion(ServiceEvent.UNREGISTERING, () -> {
            if (once.compareAndSet(false, true)) {
                // On this thread Felix would say that the service is not there yet.
                new Thread(() -> registered.join().unregister()).start();
            }
        });
        registered.complete(runnable());
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (demotions() == 0) {
            assertTrue(System.nanoTime() - end < 0, "it is missing again");
            Thread.sleep(10);
        }
    }

    @Test
    void oneThatBlocksHoldsUpNobodyWhoRegistersWhatIsTracked() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        onDemotion(ServiceEvent.REGISTERED, () -> {
            entered.countDown();
            await(leave);
        });
        Thread activation = new Thread(() -> track(SERVICE));
        activation.start();
        await(entered);
        for (int i = 0; i < 3; i++) {
            runnable().unregister(); // This thread does not have to wait.
        }
        runnable();
        assertTrue(activation.isAlive());
        leave.countDown();
        activation.join();
        assertEquals(0, demotions(), "the last word counts");
    }

    @Test
    void aTrackThatEndsWhileOneBlocksLeavesNoDemotion() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        onDemotion(ServiceEvent.REGISTERED, () -> {
            entered.countDown();
            await(leave);
        });
        Track track = track("process = " + directory.resolve("nosuch.pid"));
        Thread check = new Thread(() -> schedule.pass(0));
        check.start();
        await(entered);
        track.deactivate();
        assertTrue(check.isAlive());
        leave.countDown();
        check.join();
        assertEquals(0, demotions());
        assertEquals(0, schedule.waiting());
    }

    @Test
    void oneThatFailsIsNotTheEnd() {
        Turns turns = new Turns();
        StringBuilder done = new StringBuilder();
        turns.take(() -> {
            turns.take(() -> done.append('b'));
            done.append('a');
            throw new AssertionError("as it should be");
        });
        turns.take(() -> done.append('c'));
        assertEquals("abc", done.toString());
        Thread.currentThread().interrupt();
        turns.take(() -> assertFalse(Thread.currentThread().isInterrupted()));
        assertEquals(List.of(true), List.of(Thread.interrupted()), "the thread has its own back");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(1, TimeUnit.MINUTES));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
