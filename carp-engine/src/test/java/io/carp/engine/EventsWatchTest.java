// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Finding;
import io.carp.report.LogAndEvents;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A log or an EventAdmin that does not take what it is given, and a node that says so. */
@Timeout(120)
class EventsWatchTest {
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(500);

    @TempDir
    Path storage;

    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicBoolean noThread = new AtomicBoolean();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private Container container;
    private EventsThread events;
    private NodeFindings found;
    private EventsWatch watch;
    private long now;

    @BeforeEach
    void start() throws Exception {
        container = new Container(storage);
        events = new EventsThread(howMany -> {}, thread -> {
            if (noThread.get()) {
                throw new OutOfMemoryError("unable to create native thread: expected by this test");
            }
            thread.start();
        });
        LogAndEvents notices = new LogAndEvents(events, event -> {});
        found = new NodeFindings(container.context(), notices, Clock.systemUTC());
        watch = new EventsWatch(events, found, notices);
        now = 0;
    }

    @AfterEach
    void stop() throws Exception {
        goOn.countDown();
        container.close();
    }

    private void getStuck() {
        try {
            goOn.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void getStuckThere() throws Exception {
        CountDownLatch there = new CountDownLatch(1);
        events.execute(() -> {
            there.countDown();
            getStuck();
        });
        assertTrue(there.await(40, TimeUnit.SECONDS));
        Await.until(
                "waits",
                () -> events.stack().length > 0
                        && events.stack()[0].getMethodName().equals("park"));
    }

    /** The looks of so many seconds. */
    private void look(double seconds) {
        for (long end = now + (long) (seconds * 1e9); now < end; now += LOOK) {
            watch.look(now);
        }
    }

    @Test
    void anEventAdminThatHangsIsAFindingUntilItGoesOn() throws Exception {
        container.onEvent = event -> getStuck();
        container.activate(Container.cfg("web", 7));
        Await.until("found", () -> !container.engine.findings().isEmpty());
        Finding finding = container.engine.findings().get(0);
        assertEquals(EventsWatch.CODE, finding.code());
        assertTrue(
                finding.text()
                        .contains(
                                "it is in java.util.concurrent.CountDownLatch.await < io.carp.engine.EventsWatchTest.getStuck("),
                finding.text());
        goOn.countDown();
        Await.until("settled", () -> container.engine.findings().isEmpty());
    }

    @Test
    void whoIsLateIsFoundAfterFiveSecondsAndWhoGoesOnIsNot() throws Exception {
        getStuckThere();
        events.execute(() -> done.add("behind it"));
        look(5);
        assertEquals(List.of(), found.all());
        look(1);
        String text = found.all().get(0).text();
        assertTrue(text.contains("has not got on for 6 s, and 2 wait for it; it is in java.util"), text);
        look(10);
        assertEquals(1, found.all().size());

        goOn.countDown();
        Await.until("done", () -> events.waiting() == 0);
        assertEquals(List.of("behind it"), done);
        look(0.5);
        assertEquals(List.of(), found.all());
    }

    @Test
    void oneThatHasNothingToDoIsNotLate() {
        look(60);
        assertEquals(List.of(), found.all());
    }

    /** Nobody knows who of the threads of a process that goes on is the first. */
    @Test
    void aProcessThatWasFrozenIsNoStuckLog() throws Exception {
        getStuckThere();
        look(1);
        now += TimeUnit.MINUTES.toNanos(1);
        look(4);
        assertEquals(List.of(), found.all());
        look(2);
        assertEquals(1, found.all().size(), "it had its time");
    }

    @Test
    void withoutAThreadItIsFoundAndTheNextLookStartsOne() throws Exception {
        noThread.set(true);
        events.execute(() -> done.add("late"));
        look(6);
        String text = found.all().get(0).text();
        assertTrue(text.contains("cannot be started, and is tried again twice a second: unable to create"), text);
        noThread.set(false);
        look(0.5);
        Await.until("done", () -> events.waiting() == 0);
        assertEquals(List.of("late"), done);
        look(0.5);
        assertEquals(List.of(), found.all());
    }
}
