// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.CarpState;
import io.carp.DemotionSource;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.config.ConfigurationRefused;
import io.carp.config.EngineConfig;
import io.carp.config.VirtualHostConfig;
import io.carp.mastership.Consumers;
import io.carp.net.NettyLoop;
import io.carp.net.UdpTransport;
import io.carp.report.LogAndEvents;
import io.carp.script.Processes;
import io.carp.vip.NoBinder;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Watches the loops of two nodes of real parts. Nothing on {@code carp-loop} writes to the log or waits for a monitor,
 * whatever other threads hold and even if the log blocks. {@code LoopArchitectureTest} says what the loop may call.
 */
class LoopContractTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final LoopGuard guard = new LoopGuard();
    private final List<Member> members = new ArrayList<>();
    private final ExecutorService others = Executors.newCachedThreadPool(LoopContractTest::daemon);
    private final CountDownLatch released = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        guard.install();
        int port;
        try (var socket = new DatagramSocket()) {
            port = socket.getLocalPort();
        }
        for (int n = 1; n <= 2; n++) {
            members.add(new Member(n, port));
        }
    }

    @AfterEach
    void close() {
        released.countDown();
        members.forEach(Member::close);
        guard.remove();
    }

    @Test
    void nothingOnTheLoopWaitsOrWrites() throws Exception {
        aLifeOfAGroup(); // This loads the classes.
        long before = blocked();
        // Other threads hold all that the loop talks to, and do not let go.
        for (Member member : members) {
            for (Object monitor : List.of(member.outages, member.notices, member.runner, member.transport)) {
                hold(monitor);
            }
            member.blockEvents();
        }
        aLifeOfAGroup();
        assertEquals(before, blocked(), "how often a loop waited for a monitor");
        assertEquals(List.of(), guard.violations());
    }

    /**
     * Goes through all that makes the loop say something: promotions, hand-overs, edits, outages, findings, refusals.
     */
    private void aLifeOfAGroup() throws Exception {
        Member one = members.get(0);
        Member other = members.get(1);
        await("a master", () -> one.state() == CarpState.MASTER || other.state() == CarpState.MASTER);
        for (Member member : members) {
            member.onLoop(() -> member.runner.takeOver());
            await("it has taken over", () -> member.state() == CarpState.MASTER);
            member.onLoop(() -> member.runner.demotions(240, List.<DemotionSource>of()));
            member.onLoop(() -> member.runner.demotions(0, List.<DemotionSource>of()));
            member.onLoop(() -> member.runner.reconfigure(member.config("another")));
            member.onLoop(() -> member.runner.reconfigure(member.config("secret")));
            for (int i = 0; i < 3; i++) {
                member.onLoop(() -> member.runner.wrongPeer(InetAddress.getLoopbackAddress()));
                member.onLoop(() -> member.runner.sendingChanged("IPv4 (EPERM)"));
                member.onLoop(() -> member.runner.sendingChanged(""));
                member.onLoop(() -> member.runner.portFailed(new IllegalStateException("on purpose")));
                member.onLoop(() -> member.outages.configure(EngineConfig.DEFAULT));
            }
            member.onLoop(() -> member.runner.stepDown(Reason.USER_REQUEST));
            await("it has stepped down", () -> member.state() == CarpState.BACKUP);
        }
    }

    private void hold(Object monitor) throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        others.execute(() -> {
            synchronized (monitor) {
                held.countDown();
                await(released);
            }
        });
        held.await();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long blocked() {
        return members.stream()
                .mapToLong(one -> THREADS.getThreadInfo(one.thread).getBlockedCount())
                .sum();
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.call()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(what + ": not within " + PATIENCE_SECONDS + " s");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "carp-worker-of-the-test");
        thread.setDaemon(true);
        return thread;
    }

    /** One node. */
    private final class Member {
        private final int number;
        private final NettyLoop loop = new NettyLoop();
        private final ExecutorService events = Executors.newSingleThreadExecutor(LoopContractTest::daemon);
        private final LogAndEvents notices = new LogAndEvents(events, event -> {});
        private final InterfaceDemotions outages = new InterfaceDemotions((key, amount, reason) -> {});
        private final UdpTransport transport;
        private final VirtualHostRunner runner;
        private final long thread;

        Member(int number, int port) throws Exception {
            this.number = number;
            transport = new UdpTransport(
                    loop,
                    Map.of("bind", "127.0.0." + number, "port", String.valueOf(port), "peers", "127.0.0.1, 127.0.0.2"));
            var node = new NodeServices(loop, others, notices, Clock.systemUTC(), new Processes(), outages::tell);
            runner = new VirtualHostRunner(
                    node, "node " + number, transport, new NoBinder(), new Nobody(), config("secret"), 1);
            thread = ask(() -> Thread.currentThread().getId());
            loop.execute(runner::open);
        }

        VirtualHostConfig config(String pass) throws ConfigurationRefused {
            Map<String, String> file = Map.of(
                    "interface", "lo",
                    "vhid", "7",
                    "pass", pass,
                    "virtualIps", "192.0.2.100",
                    "advbase", "0",
                    "advskew", String.valueOf(20 + number),
                    "binder.target", "(carp.binder=none)",
                    "transport.target", "(carp.transport=udp)");
            return VirtualHostConfig.parse("web", file, Map.of(), Path.of(""));
        }

        CarpState state() throws Exception {
            return ask(() -> runner.snapshot().state());
        }

        private <T> T ask(Callable<T> question) throws Exception {
            CompletableFuture<T> answer = new CompletableFuture<>();
            loop.execute(() -> {
                try {
                    answer.complete(question.call());
                } catch (Exception e) {
                    answer.completeExceptionally(e);
                }
            });
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }

        private interface Deed {
            void perform() throws Exception;
        }

        private void onLoop(Deed deed) throws Exception {
            ask(() -> {
                deed.perform();
                return true;
            });
        }

        /** From now on log and EventAdmin block. */
        private void blockEvents() {
            events.execute(() -> await(released));
        }

        private void close() {
            loop.execute(runner::end);
            transport.close();
            loop.close();
        }
    }

    /** While installed, sees what is written to the standard error, to which the log of the tests goes. */
    private static final class LoopGuard extends OutputStream {
        private final PrintStream before = System.err;
        private final List<String> violations = new ArrayList<>();

        void install() {
            System.setErr(new PrintStream(this, true, StandardCharsets.UTF_8));
        }

        void remove() {
            System.setErr(before);
        }

        @Override
        public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            if (Thread.currentThread().getName().startsWith("carp-loop")
                    && !Thread.currentThread().getName().equals("carp-loop-log")) {
                synchronized (violations) {
                    violations.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
                }
            }
            before.write(bytes, offset, length);
        }

        List<String> violations() {
            synchronized (violations) {
                return List.copyOf(violations);
            }
        }
    }

    /** There are no consumers here. */
    private static final class Nobody implements Consumers {
        @Override
        public void register(VirtualHost host) {}

        @Override
        public void unregister() {}
    }
}
