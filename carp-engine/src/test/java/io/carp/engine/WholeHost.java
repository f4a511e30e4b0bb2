// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.host.RealHost;
import io.carp.net.ForwardingLoop;
import io.carp.net.NettyLoop;
import io.carp.net.RawTransport;
import io.carp.spi.Loop;
import io.carp.vip.NetlinkBinder;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingStream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Constants;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

/**
 * A whole node as a program: the components of the engine in a real framework, with a real loop, transport and binder.
 * It prints like {@link RealHost} and reads commands line by line. {@code start <name> <key>=<value> ...} takes the keys of
 * a cfg file, {@code configure <key>=<value> ...} those of the engine's. {@code loop} tells how many tasks the loop was
 * given since the last such command, for how many microseconds its own work kept a timer waiting at most, and how many
 * workers it has started itself, by the JVM's own records of a second ago. {@code churn <objects> <milliseconds>} keeps so
 * many objects alive and replaces them for so long, so that the garbage collector has no rest.
 */
public final class WholeHost {
    private final CountedLoop loop = new CountedLoop(new NettyLoop());
    private final RawTransport raw = new RawTransport(loop);
    private final NetlinkBinder binder = new NetlinkBinder(loop);
    private final CarpEngineComponent engine;
    private final Probe probe = new Probe();
    private final RecordingStream records = new RecordingStream();
    private final AtomicLong startedByLoop = new AtomicLong();

    private WholeHost() throws Exception {
        var storage = Files.createTempDirectory("carp-whole");
        storage.toFile().deleteOnExit();
        var framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        storage.toString(),
                        Constants.FRAMEWORK_STORAGE_CLEAN,
                        Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT));
        framework.start();
        framework.getBundleContext().registerService(EventAdmin.class, new Printed(), null);
        engine = new CarpEngineComponent(loop, framework.getBundleContext());
        engine.configure(Map.of());
        loop.execute(probe::fire);
        records.enable("jdk.ThreadStart").withoutStackTrace();
        records.onEvent("jdk.ThreadStart", this::started);
        records.startAsync();
    }

    private void started(RecordedEvent thread) {
        RecordedThread by = thread.getThread("parentThread");
        boolean worker = thread.getThread("thread").getJavaName().startsWith("carp-worker");
        if (worker && by != null && "carp-loop".equals(by.getJavaName())) {
            startedByLoop.incrementAndGet();
        }
    }

    /** Takes no arguments. The process ends with its standard input, but not in good order. */
    public static void main(String[] arguments) throws Exception {
        var host = new WholeHost();
        RealHost.say("ready");
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                host.command(line.split(" "));
            }
        }
        System.exit(0);
    }

    private void command(String[] words) {
        switch (words[0]) {
            case "start" -> start(words);
            case "configure" -> engine.configure(Map.copyOf(RealHost.keys(words, 1, new HashMap<>())));
            case "loop" -> RealHost.say("answer loop " + busy());
            case "churn" -> churn(Integer.parseInt(words[1]), Long.parseLong(words[2]));
            default -> RealHost.say("unknown command " + words[0]);
        }
    }

    private void start(String[] words) {
        Map<String, Object> cfg = new HashMap<>(Map.of(Constants.SERVICE_PID, "carp.vhost~" + words[1]));
        cfg.putAll(RealHost.keys(words, 2, new HashMap<>()));
        new VirtualHostComponent(engine, loop, raw, binder, cfg);
    }

    private static void churn(int objects, long millis) {
        byte[][] living = new byte[objects][];
        Random random = new Random(1);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (int i = 0; System.nanoTime() - end < 0; i++) {
            living[i < objects ? i : random.nextInt(objects)] = new byte[100];
        }
        long paused = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
        RealHost.say("churned " + paused);
    }

    /** What {@code loop} answers, when all earlier tasks have been done. */
    private String busy() {
        var answer = new CompletableFuture<String>();
        loop.execute(() -> answer.complete(loop.tasks.getAndSet(0) + " " + probe.longest() + " " + startedByLoop));
        return answer.join();
    }

    /** Sets a timer like that of an advertisement again and again. Loop thread only. */
    private final class Probe {
        private static final long PERIOD_NANOS = 2_000_000;

        private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        private final Loop.Timer timer = loop.timer(this::fire);
        private long cpu;
        private long longest;

        private void fire() {
            long now = threads.getCurrentThreadCpuTime();
            longest = Math.max(longest, now - cpu);
            cpu = now;
            timer.at(loop.nanoTime() + PERIOD_NANOS);
        }

        /** The longest wait, in processor time, which does not depend on how busy the machine is. */
        long longest() {
            long micros = longest / 1000;
            longest = 0;
            return micros;
        }
    }

    private record Printed() implements EventAdmin {
        @Override
        public void postEvent(Event event) {
            RealHost.event(event);
        }

        @Override
        public void sendEvent(Event event) {
            throw new AssertionError("posted, never sent");
        }
    }

    /** A loop that counts what it is given to do. */
    private static final class CountedLoop extends ForwardingLoop {
        final AtomicLong tasks = new AtomicLong();

        CountedLoop(Loop loop) {
            super(loop);
        }

        @Override
        public void execute(Runnable task) {
            tasks.incrementAndGet();
            super.execute(task);
        }
    }
}
