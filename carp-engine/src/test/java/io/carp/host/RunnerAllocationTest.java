// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.carp.CarpState;
import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.protocol.AdvertisementDigest;
import io.carp.report.LogAndEvents;
import io.carp.spi.Cancellable;
import io.carp.spi.Delivery;
import io.carp.spi.Loop;
import io.carp.spi.Relay;
import io.carp.spi.Transport;
import io.carp.vip.NoBinder;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The engine allocates nothing for an advertisement that it hears, refuses or sends. What the loop's timers cost is not
 * counted here.
 */
class RunnerAllocationTest {
    private static final int ROUNDS = 20_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Stub stub = new Stub();
    private VirtualHostRunner runner;
    private VirtualHostConfig config;

    @BeforeEach
    void start() throws ConfigurationRefused {
        config = SteppedHost.config("announceInterval", "60000", "advbase", "0", "advskew", "26");
        LogAndEvents notices = new LogAndEvents(task -> {}, event -> {});
        NodeServices node = new NodeServices(
                stub,
                Runnable::run,
                notices,
                Clock.systemUTC(),
                new SteppedNode(),
                (host, networkInterface, outage, there) -> {});
        runner = new VirtualHostRunner(node, "etc/web.cfg", stub, new NoBinder(), new SteppedNode(), config, 1);
        runner.open();
        stub.listener.link(Transport.Link.UP, "");
        assertEquals(CarpState.BACKUP, runner.snapshot().state());
    }

    @Test
    void heard() throws Exception {
        ByteBuffer packet = SteppedHost.advertisement(config.digest(), 0, 20);
        InetAddress source = InetAddress.getByName("10.0.0.9");
        nothingIsAllocated(() -> stub.listener.received(source, 255, packet));
        assertEquals(2 * ROUNDS, runner.snapshot().counters().get("ipackets"));
    }

    @Test
    void refused() throws Exception {
        AdvertisementDigest other = SteppedHost.config("pass", "other").digest();
        ByteBuffer packet = SteppedHost.advertisement(other, 1, 0);
        InetAddress source = InetAddress.getByName("10.0.0.9");
        nothingIsAllocated(() -> stub.listener.received(source, 255, packet));
        assertEquals(2 * ROUNDS, runner.snapshot().counters().get("badauth"));
    }

    @Test
    void sent() {
        stub.wake();
        assertEquals(CarpState.MASTER, runner.snapshot().state());
        int before = stub.sent;
        nothingIsAllocated(stub::wake);
        assertEquals(2 * ROUNDS, stub.sent - before);
        assertTrue(stub.armed > 1000, "what the kernel would send is signed anew each second");
    }

    private static void nothingIsAllocated(Runnable advertisement) {
        for (int i = 0; i < ROUNDS; i++) {
            advertisement.run();
        }
        long thread = Thread.currentThread().getId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        for (int i = 0; i < ROUNDS; i++) {
            advertisement.run();
        }
        long bytes = THREADS.getThreadAllocatedBytes(thread) - before;
        // This is less than a byte for each. The measurement itself and a late compilation may allocate a little.
        assertTrue(bytes < ROUNDS, () -> bytes + " bytes for " + ROUNDS + " advertisements");
    }

    /** A loop and a transport that allocate nothing themselves. */
    private static final class Stub implements Loop, Transport, Transport.Port, Relay {
        Transport.Listener listener;
        int sent;
        int armed;
        private long now;
        private long due;
        private Runnable timer;

        /** Runs the timer, on time. */
        void wake() {
            now = due;
            timer.run();
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public Timer timer(Runnable task) {
            return new Timer() {
                @Override
                public void at(long nanoTime) {
                    if (nanoTime - now < 5 * SteppedNode.SECOND) { // This is the timer of the machine and no watchdog.
                        due = nanoTime;
                        timer = task;
                    }
                }

                @Override
                public void cancel() {}
            };
        }

        @Override
        public boolean inLoop() {
            return true;
        }

        @Override
        public Cancellable watch(int fd, Runnable readable) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Port open(Delivery delivery, Transport.Listener listener) {
            this.listener = listener;
            return this;
        }

        @Override
        public int send(ByteBuffer packet) {
            sent++;
            return 0;
        }

        @Override
        public Relay relay() {
            return this;
        }

        @Override
        public String refusal() {
            return "";
        }

        @Override
        public int most() {
            return 100;
        }

        @Override
        public int arm(ByteBuffer packets, int length, long firstNanos, long intervalNanos) {
            armed++;
            return 0;
        }

        @Override
        public boolean isArmed() {
            return true;
        }

        @Override
        public boolean putOff(long firstNanos) {
            return true;
        }

        @Override
        public int left() {
            return 0;
        }

        @Override
        public int cancel() {
            return 0;
        }

        @Override
        public void update(Delivery delivery) {}

        @Override
        public void drain() {}

        @Override
        public @Nullable InetAddress source() {
            return null;
        }

        @Override
        public long badVhid() {
            return 0;
        }

        @Override
        public long badLength() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
