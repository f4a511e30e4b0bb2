// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import io.carp.testing.contract.Recorder;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NettyLoopTest {
    // Looking it up allocates.
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final NettyLoop loop = new NettyLoop();

    @AfterEach
    void end() {
        loop.close();
    }

    private <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    @Test
    void tasksRunInOrderOnOneThreadOfThatName() throws Exception {
        var order = new ArrayList<Integer>();
        var done = new CompletableFuture<Thread>();
        loop.execute(() -> {
            loop.execute(() -> order.add(2));
            loop.execute(() -> done.complete(Thread.currentThread()));
            order.add(1);
        });
        var thread = get(done);
        assertEquals(List.of(1, 2), order);
        assertEquals("carp-loop", thread.getName());
        assertTrue(thread.isDaemon());
        assertFalse(loop.inLoop());
        assertSame(true, Recorder.on(loop, loop::inLoop));
        assertSame(thread, Recorder.on(loop, Thread::currentThread));
    }

    @Test
    void overdueTimersRunInTheOrderOfTheirTimes() throws Exception {
        var order = new ArrayList<Integer>();
        var done = new CompletableFuture<Boolean>();
        Recorder.on(loop, () -> {
            long now = loop.nanoTime();
            for (int delay : List.of(30, 3, 20, -5)) {
                loop.at(now + delay * MILLISECOND, () -> {
                    order.add(delay);
                    if (order.size() == 4) {
                        done.complete(true);
                    }
                });
                // This is as with a thread that loses its processor in between: when the last one is armed, another is
                // overdue.
                await(now + 10 * MILLISECOND);
            }
            await(now + 40 * MILLISECOND);
            return true;
        });
        get(done);
        assertEquals(List.of(-5, 3, 20, 30), order);
    }

    private void await(long nanoTime) {
        while (loop.nanoTime() - nanoTime < 0) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aTimerIsNeverEarly() throws Exception {
        var late = new ArrayList<Long>();
        var done = new CompletableFuture<Boolean>();
        Recorder.on(loop, () -> {
            long now = loop.nanoTime();
            for (int micros = 0; micros < 50_000; micros += 777) {
                long at = now + micros * 1000L;
                loop.at(at, () -> late.add(loop.nanoTime() - at));
            }
            loop.at(now + 60 * MILLISECOND, () -> done.complete(true));
            return true;
        });
        get(done);
        assertTrue(late.stream().allMatch(nanos -> nanos >= 0), late.toString());
        assertEquals(65, late.size());
    }

    @Test
    void aCancelledTimerDoesNotRun() throws Exception {
        var ran = new AtomicInteger();
        var done = new CompletableFuture<Boolean>();
        Recorder.on(loop, () -> {
            long now = loop.nanoTime();
            var near = loop.at(now + 2 * MILLISECOND, ran::incrementAndGet);
            var byAnother = loop.at(now + 20 * MILLISECOND, ran::incrementAndGet);
            near.cancel();
            near.cancel();
            loop.at(now + 18 * MILLISECOND, byAnother::cancel);
            loop.at(now + 30 * MILLISECOND, () -> done.complete(true));
            return true;
        });
        get(done);
        assertEquals(0, ran.get());
    }

    @Test
    void aTimerThatIsAlwaysDueStarvesNobody() throws Exception {
        var greedy = new Loop.Timer[1];
        greedy[0] = loop.timer(() -> greedy[0].at(loop.nanoTime() - MILLISECOND));
        var timer = new CompletableFuture<Boolean>();
        var task = new CompletableFuture<Boolean>();
        Recorder.on(loop, () -> {
            greedy[0].at(loop.nanoTime());
            loop.at(loop.nanoTime() + MILLISECOND, () -> timer.complete(true));
            return true;
        });
        get(timer);
        loop.execute(() -> task.complete(true));
        get(task);
        if (Epoll.isAvailable()) {
            var read = new CompletableFuture<Boolean>();
            var pipe = FileDescriptor.pipe();
            var watch = loop.watch(pipe[0].intValue(), () -> read.complete(true));
            pipe[1].write(ByteBuffer.allocateDirect(1), 0, 1);
            get(read);
            cancel(watch);
            pipe[0].close();
            pipe[1].close();
        }
    }

    @Test
    void aTimerThatIsArmedAgainAllocatesNothing() throws Exception {
        Assumptions.assumeTrue(Epoll.isAvailable(), "Netty's own timers allocate");
        var thread = Recorder.on(loop, Thread::currentThread).getId();
        again(20_000);
        long before = THREADS.getThreadAllocatedBytes(thread);
        again(20_000);
        long bytes = THREADS.getThreadAllocatedBytes(thread) - before;
        assertTrue(bytes < 20_000, bytes + " bytes for 20000 timers");
    }

    private void again(int times) throws Exception {
        var done = new CompletableFuture<Boolean>();
        var left = new int[] {times};
        var timer = new Loop.Timer[1];
        timer[0] = loop.timer(() -> {
            if (--left[0] > 0) {
                timer[0].at(loop.nanoTime() + 1000);
            } else {
                done.complete(true);
            }
        });
        loop.execute(() -> timer[0].at(loop.nanoTime()));
        get(done);
    }

    @Test
    void theEndOfTheLoopClosesItsTimer() {
        Assumptions.assumeTrue(Epoll.isAvailable(), "there are descriptors with epoll only");
        long before = timerDescriptors();
        for (int i = 0; i < 20; i++) {
            var another = new NettyLoop();
            Recorder.on(another, () -> another.at(another.nanoTime() + 1000 * MILLISECOND, () -> {}));
            another.close();
            Recorder.on(loop, () -> true);
        }
        assertTrue(timerDescriptors() < before + 20, before + " before, now " + timerDescriptors());
    }

    private static long timerDescriptors() {
        return Stream.of(Objects.requireNonNull(new File("/proc/self/fd").listFiles()))
                .filter(NettyLoopTest::isTimer)
                .count();
    }

    private static boolean isTimer(File descriptor) {
        try {
            return Files.readSymbolicLink(descriptor.toPath()).toString().contains("timerfd");
        } catch (IOException e) {
            return false; // Closed meanwhile, as that of this listing is.
        }
    }

    @Test
    void aBrokenTaskOrTimerDoesNotEndTheLoop() throws Exception {
        var done = new CompletableFuture<Boolean>();
        loop.execute(() -> {
            throw new IllegalStateException("a broken task, on purpose");
        });
        loop.execute(() -> loop.at(loop.nanoTime(), () -> {
            throw new AssertionError("a broken timer, on purpose");
        }));
        loop.execute(() -> loop.at(loop.nanoTime() + MILLISECOND, () -> done.complete(true)));
        assertTrue(get(done));
    }

    @Test
    void aWatchedDescriptorIsToldWhileThereIsSomethingToRead() throws Exception {
        Assumptions.assumeTrue(Epoll.isAvailable(), "descriptors are watched by epoll only");
        var pipe = FileDescriptor.pipe();
        var buffer = ByteBuffer.allocateDirect(1);
        var seen = new StringBuilder();
        var done = new CompletableFuture<String>();
        var watch = loop.watch(pipe[0].intValue(), () -> {
            // One byte is read at a time, so it must be told again until the pipe is empty.
            buffer.clear();
            assertEquals(1, read(pipe[0], buffer));
            seen.append((char) buffer.get(0));
            if (seen.length() == 1) {
                throw new IllegalStateException("a broken reader, on purpose");
            }
            if (seen.length() == 3) {
                done.complete(seen + " " + loop.inLoop());
            }
        });
        pipe[1].write(ByteBuffer.allocateDirect(3).put(new byte[] {'a', 'b', 'c'}), 0, 3);
        assertEquals("abc true", get(done));

        cancel(watch);
        pipe[1].write(buffer, 0, 1);
        Recorder.on(loop, () -> true);
        Recorder.on(loop, () -> true);
        assertEquals("abc", seen.toString());

        // The number is the same again, as with a socket that was closed and opened anew.
        var again = new CompletableFuture<Boolean>();
        var second = new AtomicReference<Cancellable>();
        Recorder.on(loop, () -> {
            second.set(loop.watch(pipe[0].intValue(), () -> {
                second.get().cancel();
                again.complete(true);
            }));
            return true;
        });
        assertTrue(get(again));
        pipe[0].close();
        pipe[1].close();
    }

    @Test
    void theEndOfTheLoopLeavesWatchedDescriptorsOpen() throws Exception {
        Assumptions.assumeTrue(Epoll.isAvailable(), "descriptors are watched by epoll only");
        var pipe = FileDescriptor.pipe();
        loop.watch(pipe[0].intValue(), () -> {});
        Recorder.on(loop, () -> true);
        loop.close();
        pipe[1].write(ByteBuffer.allocateDirect(1), 0, 1);
        assertEquals(1, read(pipe[0], ByteBuffer.allocateDirect(1)));
        pipe[0].close();
        pipe[1].close();
    }

    private void cancel(Cancellable watch) {
        Recorder.on(loop, () -> {
            watch.cancel();
            watch.cancel();
            return true;
        });
    }

    private static int read(FileDescriptor from, ByteBuffer into) {
        try {
            return from.read(into, 0, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
