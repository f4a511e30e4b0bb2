// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.CarpEvents;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.consumers.VirtualHostView;
import io.carp.engine.Demotions;
import io.carp.engine.Rehearsal;
import io.carp.linux.NetlinkMonitor;
import io.carp.mastership.Consumers;
import io.carp.net.NettyLoop;
import io.carp.net.RawTransport;
import io.carp.net.UdpTransport;
import io.carp.report.LogAndEvents;
import io.carp.script.Processes;
import io.carp.spi.AddressBinder;
import io.carp.spi.Transport;
import io.carp.vip.NetlinkBinder;
import io.carp.vip.ScriptBinder;
import io.carp.vip.Tending;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedList;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.osgi.service.event.Event;

/**
 * A node of real parts without OSGi, as a program. It can be killed and frozen, and all its threads are in the network
 * namespace in which it was started. Each line that it prints begins with the wall clock in microseconds, which is also
 * the clock of packet captures. It reads commands line by line:
 *
 * <ul>
 *   <li>{@code start <name> <key>=<value> ...} with the keys of a cfg file, and {@code edit <name> <key>=<value> ...};
 *   <li>{@code udp <key>=<value> ...} for virtual hosts with {@code transport.target=udp};
 *   <li>{@code stepdown <name>}, {@code takeover <name>} and {@code status <name>};
 *   <li>{@code lease ends} and {@code lease returns} for the thread carp-lease;
 *   <li>{@code hold <milliseconds>}: nothing runs on the loop for so long; {@code collect <objects>}: the garbage collector
 *       has so many objects to look at;
 *   <li>{@code stop} for an end in good order.
 * </ul>
 */
public final class RealHost {
    private final NettyLoop loop = new NettyLoop();
    private final RawTransport raw = new RawTransport(loop);
    private @Nullable UdpTransport udp;
    private final NetlinkBinder netlink = Tending.binder(loop, NetlinkMonitor::open, this::startLease);
    private final ScriptBinder script = new ScriptBinder();
    private final ExecutorService workers = Executors.newCachedThreadPool(RealHost::daemon);
    private final LogAndEvents notices =
            new LogAndEvents(Executors.newSingleThreadExecutor(RealHost::daemon), RealHost::event);
    private final NodeServices node =
            new NodeServices(loop, workers, notices, Clock.systemUTC(), new Processes(), this::outage);
    private final Demotions demotions = new Demotions();
    private final InterfaceDemotions outages = new InterfaceDemotions(this::demote);
    private volatile @Nullable Thread lease;
    private volatile boolean leaseless;
    private final LinkedList<Integer> living = new LinkedList<>(); // Each refers to the next: slow to look through.
    private final Map<String, Map<String, String>> files = new HashMap<>();
    private final Map<String, VirtualHostRunner> runners = new ConcurrentSkipListMap<>();

    private RealHost() {}

    /** Takes no arguments. The process ends with its standard input, but not in good order. */
    public static void main(String[] arguments) throws Exception {
        var host = new RealHost();
        new Rehearsal(host.loop, host.workers, host.netlink).over().get(30, TimeUnit.SECONDS);
        say("ready");
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                host.command(line.split(" "));
            }
        }
        System.exit(0);
    }

    private void command(String[] words) throws Exception {
        switch (words[0]) {
            case "start" -> start(words);
            case "udp" -> udp = new UdpTransport(loop, Map.copyOf(keys(words, 1, new HashMap<>())));
            case "edit" -> edit(words);
            case "stepdown" -> ask(words, runner -> runner.stepDown(Reason.USER_REQUEST));
            case "takeover" -> ask(words, VirtualHostRunner::takeOver);
            case "status" -> ask(words, runner -> CompletableFuture.completedFuture(runner.snapshot()));
            case "lease" -> lease(words[1].equals("ends"));
            case "hold" -> loop.execute(() -> hold(Long.parseLong(words[1])));
            case "collect" -> collect(Integer.parseInt(words[1]));
            case "stop" -> stop();
            default -> say("unknown command " + words[0]);
        }
    }

    private void start(String[] words) throws ConfigurationRefused {
        String name = words[1];
        VirtualHostConfig config = configure(words);
        boolean scripted = files.get(name).getOrDefault("binder.target", "").contains("script");
        AddressBinder binder = scripted ? script : netlink;
        long clockAtZero = System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(loop.nanoTime());
        boolean overUdp = files.get(name).getOrDefault("transport.target", "").contains("udp");
        Transport transport = overUdp ? Objects.requireNonNull(udp, "udp comes first") : raw;
        var runner = new VirtualHostRunner(node, name, transport, binder, new Told(name), config, clockAtZero);
        runners.put(name, runner);
        loop.execute(runner::open);
    }

    /** Ends the thread carp-lease, and no other one can start; or lets one start again. */
    private void lease(boolean ends) {
        leaseless = ends;
        Thread present = lease;
        if (ends && present != null) {
            present.interrupt();
        }
    }

    private static void hold(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
        say("held");
    }

    private void collect(int objects) {
        while (living.size() < objects) {
            living.add(living.size());
        }
        long begin = System.nanoTime();
        System.gc();
        say("collected " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }

    private void startLease(Thread thread) {
        if (leaseless) {
            throw new OutOfMemoryError("unable to create native thread, on purpose");
        }
        lease = thread;
        thread.start();
    }

    private void edit(String[] words) throws ConfigurationRefused {
        VirtualHostConfig config = configure(words);
        VirtualHostRunner runner = runners.get(words[1]);
        loop.execute(() -> {
            runner.reconfigure(config);
            say("edited " + words[1]);
        });
    }

    private VirtualHostConfig configure(String[] words) throws ConfigurationRefused {
        Map<String, String> file = files.computeIfAbsent(words[1], name -> new HashMap<>());
        return VirtualHostConfig.parse(words[1], keys(words, 2, file), Map.of(), Path.of(""));
    }

    /** Puts the settings among the words, from the given one on, into the file and returns it. */
    public static Map<String, String> keys(String[] words, int from, Map<String, String> file) {
        for (int i = from; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            file.put(words[i].substring(0, equals), words[i].substring(equals + 1));
        }
        return file;
    }

    private void ask(String[] words, Function<VirtualHostRunner, CompletableFuture<VirtualHost>> question) {
        VirtualHostRunner runner = runners.get(words[1]);
        loop.execute(() -> question.apply(runner).whenComplete((view, failure) -> {
            String answer = failure == null
                    ? view.state() + (((VirtualHostView) view).bound() ? " bound" : "") + " findings " + view.findings()
                            + " counters " + view.counters()
                    : "refused: " + failure.getMessage();
            say("answer " + words[0] + " " + words[1] + " " + answer);
        }));
    }

    /** A link that is down demotes no node here, since the tests are about one virtual host. */
    private void outage(Object host, String networkInterface, InterfaceDemotions.Outage outage, boolean there) {
        if (outage == InterfaceDemotions.Outage.SEND_ERRORS) {
            outages.tell(host, networkInterface, outage, there);
        }
    }

    private void demote(String key, int amount, String reason) {
        demotions.set(key, new VirtualHostView.DemotionView(amount, reason, "carp"), null);
        say("demoted " + demotions.ofNode() + " " + reason);
        runners.forEach((name, runner) -> loop.execute(() -> runner.demotions(demotions.ofNode(), demotions.of(name))));
    }

    private void stop() {
        loop.execute(() -> CompletableFuture.allOf(runners.values().stream()
                        .map(runner -> runner.close().thenCompose(closed -> runner.whenTold()))
                        .toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> {
                    say(failure == null ? "stopped" : "not stopped: " + failure);
                    workers.execute(() -> System.exit(0));
                }));
    }

    /** Prints an event. */
    public static void event(Event event) {
        Object name = event.getProperty(CarpEvents.NAME);
        if (name == null) {
            say("demotion " + event.getProperty(CarpEvents.DEMOTION));
        } else if (event.getTopic().equals(CarpEvents.TOPIC_FINDING)) {
            say("finding " + name + " " + event.getProperty(CarpEvents.FINDING_TEXT));
        } else {
            say("state " + name + " " + event.getProperty(CarpEvents.STATE) + " "
                    + event.getProperty(CarpEvents.REASON));
        }
    }

    /** Prints a line, and when. */
    public static synchronized void say(String text) {
        System.out.println(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()) + " " + text);
        System.out.flush();
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "carp-worker");
        thread.setDaemon(true);
        return thread;
    }

    /** Consumers that print what they are told. */
    private record Told(String name) implements Consumers {
        @Override
        public void register(VirtualHost host) {
            say("serving " + name);
        }

        @Override
        public void unregister() {
            say("resting " + name);
        }
    }
}
