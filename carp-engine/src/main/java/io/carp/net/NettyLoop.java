// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.linux.NativeCode;
import io.carp.linux.Suspension;
import io.carp.linux.SystemCallException;
import io.carp.linux.TimerDescriptor;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import io.carp.thread.OwnThread;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.FastThreadLocalThread;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop as one thread, {@code carp-loop}, on Linux's epoll. Where there is no epoll it runs on Java's own selector
 * and can watch no file descriptors: then only transports that need none work.
 */
@Component(service = Loop.class)
public final class NettyLoop implements Loop, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NettyLoop.class);

    /** How long what is queued is done before there is a look at timers and sockets. */
    private static final long TASK_MILLIS = 5;

    private final boolean epoll = Epoll.isAvailable();
    private String noEpoll = "";
    private final MultiThreadIoEventLoopGroup group;
    private final IoEventLoop loop;
    private final Timers timers;
    private final @Nullable Suspension suspension;

    @Activate
    public NettyLoop() {
        if (!epoll) {
            var cause = Epoll.unavailabilityCause();
            noEpoll = NativeCode.refusal(cause);
            LOG.warn("carp: the transport raw cannot work (udp can), for there is no epoll: {}", noEpoll);
            LOG.debug("No epoll", cause);
        }
        IoHandlerFactory handler = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = enduring("carp-loop", handler);
        loop = group.next();
        timers = new Timers(System::nanoTime, alarm(), NettyLoop::perform);
        suspension = suspension();
    }

    private @Nullable Suspension suspension() {
        try {
            return epoll ? new Suspension() : null;
        } catch (UnsupportedOperationException | LinkageError e) {
            LOG.debug("It is not known when this machine was suspended", e);
            return null;
        }
    }

    private Timers.Alarm alarm() {
        if (epoll) {
            try {
                return new Clock(TimerDescriptor.open());
            } catch (SystemCallException | UnsupportedOperationException | LinkageError e) {
                LOG.info("carp: timers will be up to a millisecond late: {}", NativeCode.refusal(e));
            }
        }
        return new Schedule();
    }

    /** One thread of that name, with an event loop that nothing ends but {@code shutdownGracefully}. */
    static MultiThreadIoEventLoopGroup enduring(String name, IoHandlerFactory handler) {
        ThreadFactory threads = work -> OwnThread.of(() -> new FastThreadLocalThread(work, name));
        return new MultiThreadIoEventLoopGroup(1, threads, handler) {
            @Override
            protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... unused) {
                return new Enduring(this, executor, factory, name + " failed; it goes on");
            }
        };
    }

    /** Ends the thread; what is still to be done is dropped. Watched file descriptors stay open. */
    @Deactivate
    @Override
    public void close() {
        var ended = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        if (!inLoop()) {
            ended.awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long suspendedNanos() {
        return suspension == null ? 0 : suspension.nanos();
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(() -> perform(task));
    }

    @Override
    public Timer timer(Runnable task) {
        return timers.timer(task);
    }

    @Override
    public boolean inLoop() {
        return loop.inEventLoop();
    }

    @Override
    public Cancellable watch(int fd, Runnable readable) {
        if (!epoll) {
            throw new UnsupportedOperationException("there is no epoll: " + noEpoll);
        }
        // The end of the loop is not the end of the file descriptor.
        return watch(fd, readable, () -> {});
    }

    private Watch watch(int fd, Runnable readable, Runnable end) {
        var watch = new Watch(fd, readable, end);
        loop.register(watch).addListener(watch::registered);
        return watch;
    }

    /** Never throws: one broken task must not end the thread that runs every virtual host. */
    private static void perform(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            failed("A task on carp-loop failed; the loop goes on", e);
        }
    }

    private static void failed(String sentence, Throwable why) {
        try {
            LoopLog.write(() -> LOG.error(sentence, why));
        } catch (Throwable worse) {
            // Without memory that fails, too, and the loop goes on without a word.
        }
    }

    /**
     * Whatever is thrown between two tasks, in Netty itself: it loses nothing of what it watches and has to do. Nor does
     * it let what is queued keep timers and sockets waiting: Netty's own loop would, for a second.
     */
    private static final class Enduring extends SingleThreadIoEventLoop {
        private final String sentence;

        Enduring(IoEventLoopGroup group, Executor executor, IoHandlerFactory factory, String sentence) {
            super(group, executor, factory, Integer.MAX_VALUE, RejectedExecutionHandlers.reject(), TASK_MILLIS);
            this.sentence = sentence;
        }

        @Override
        protected void run() {
            for (boolean ended = false; !ended; ) {
                try {
                    super.run();
                    ended = true;
                } catch (Throwable e) {
                    failed(sentence, e);
                }
            }
        }
    }

    private void runTimers() {
        timers.run();
    }

    /** An alarm of the kernel, watched like any descriptor: other descriptors have their turn between two rounds. */
    private final class Clock implements Timers.Alarm {
        private final TimerDescriptor descriptor;

        Clock(TimerDescriptor descriptor) {
            this.descriptor = descriptor;
            watch(descriptor.fd(), NettyLoop.this::runTimers, descriptor::close);
        }

        @Override
        public void set(long nanoTime) {
            descriptor.set(nanoTime);
        }

        @Override
        public void off() {
            descriptor.off();
        }
    }

    /** An alarm of Netty's own. */
    private final class Schedule implements Timers.Alarm {
        private @Nullable Future<?> wait;

        @Override
        public void set(long nanoTime) {
            off();
            wait = loop.schedule(NettyLoop.this::runTimers, nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public void off() {
            if (wait != null) {
                wait.cancel(false);
            }
        }
    }

    /** A watched file descriptor. */
    private static final class Watch implements EpollIoHandle, Cancellable {
        private final FileDescriptor fd;
        private final Runnable readable;
        private final Runnable end;
        private @Nullable IoRegistration registration;
        private volatile boolean cancelled;

        /** @param end what to do when the loop ends */
        Watch(int fd, Runnable readable, Runnable end) {
            this.fd = new FileDescriptor(fd);
            this.readable = readable;
            this.end = end;
        }

        private void registered(Future<? super IoRegistration> result) {
            if (!result.isSuccess()) {
                LoopLog.write(() -> LOG.error("Cannot watch file descriptor {}", fd.intValue(), result.cause()));
                return;
            }
            registration = (IoRegistration) result.getNow();
            if (cancelled) {
                registration.cancel();
            } else {
                registration.submit(EpollIoOps.EPOLLIN);
            }
        }

        @Override
        public FileDescriptor fd() {
            return fd;
        }

        @Override
        public void handle(IoRegistration from, IoEvent event) {
            // An event of the same round may have been collected before a cancel.
            if (!cancelled) {
                perform(readable);
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            if (registration != null) {
                registration.cancel();
            }
        }

        @Override
        public void close() {
            end.run();
        }
    }
}
