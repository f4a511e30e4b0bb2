// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.Cancellable;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NettyLoopTest {
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
    void timersRunInOrderOfTimeAndNeverEarly() throws Exception {
        var late = new ArrayList<Long>();
        var order = new ArrayList<Integer>();
        var done = new CompletableFuture<Boolean>();
        Recorder.on(loop, () -> {
            long now = loop.nanoTime();
            // One by the exact timer only, two in two waits, one that is already over.
            for (int delay : List.of(30, 3, 20, -5)) {
                loop.at(now + delay * MILLISECOND, () -> {
                    order.add(delay);
                    late.add(loop.nanoTime() - (now + delay * MILLISECOND));
                    if (order.size() == 4) {
                        done.complete(true);
                    }
                });
            }
            return true;
        });
        get(done);
        assertEquals(List.of(-5, 3, 20, 30), order);
        assertTrue(late.stream().allMatch(nanos -> nanos >= 0), late.toString());
    }

    @Test
    void aCancelledTimerDoesNotRun() throws Exception {
        var ran = new AtomicInteger();
        var done = new CompletableFuture<Boolean>();
        Recorder.on(loop, () -> {
            long now = loop.nanoTime();
            var near = loop.at(now + 2 * MILLISECOND, ran::incrementAndGet);
            var inItsSecondWait = loop.at(now + 20 * MILLISECOND, ran::incrementAndGet);
            near.cancel();
            near.cancel();
            loop.at(now + 18 * MILLISECOND, inItsSecondWait::cancel);
            loop.at(now + 30 * MILLISECOND, () -> done.complete(true));
            return true;
        });
        get(done);
        assertEquals(0, ran.get());
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
            // One byte at a time: it must be told again until the pipe is empty.
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

        // The same number again, as a socket that was closed and opened anew has it.
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
