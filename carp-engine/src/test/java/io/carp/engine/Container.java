// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.CarpEvents;
import io.carp.consumers.VirtualHostView;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.Cancellable;
import io.carp.spi.Change;
import io.carp.spi.Delivery;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.felix.framework.FrameworkFactory;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.launch.Framework;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventAdmin;

/** A real framework in which the engine's components are activated by hand. Loop and workers are real threads. */
final class Container implements EventAdmin, Loop, Transport, AddressBinder {
    private static final long PATIENCE_SECONDS = 20;

    final Framework framework;
    ServiceRegistration<EventAdmin> eventAdmin;
    final CarpEngineComponent engine;
    final List<String> diary = new CopyOnWriteArrayList<>();
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    volatile Callable<?> onBind = () -> null;
    volatile Callable<?> onUnbind = () -> null;
    volatile Runnable onOpen = () -> {};
    volatile Consumer<Event> onEvent = event -> {};
    private volatile Transport.@Nullable Listener listener;
    private boolean deactivated;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private volatile @Nullable Thread loopThread;

    Container(Path storage) throws Exception {
        this(storage, framework -> {});
    }

    /** What is done in the framework before the engine is there. */
    interface Before {
        void in(BundleContext context) throws Exception;
    }

    Container(Path storage, Before before) throws Exception {
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        storage.toString(),
                        Constants.FRAMEWORK_BEGINNING_STARTLEVEL,
                        "100"));
        framework.start();
        before.in(context());
        thread.submit(() -> loopThread = Thread.currentThread()).get();
        eventAdmin = context().registerService(EventAdmin.class, this, null);
        engine = new CarpEngineComponent(this, context());
        engine.configure(Map.of());
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    /** A virtual host that becomes master after 234 ms. A timer that is late by that much is too late. */
    static Map<String, Object> cfg(String name, int vhid, String... pairs) {
        Map<String, Object> cfg = new HashMap<>(Map.of(
                "service.pid", "carp.vhost~" + name,
                "interface", "eth0",
                "vhid", String.valueOf(vhid),
                "pass", "secret",
                "virtualIps", "10.0.0." + vhid,
                "advbase", "0",
                "advskew", "20",
                "hookTimeout", "1"));
        for (int i = 0; i < pairs.length; i += 2) {
            cfg.put(pairs[i], pairs[i + 1]);
        }
        return cfg;
    }

    VirtualHostComponent activate(Map<String, Object> cfg) {
        return new VirtualHostComponent(engine, this, this, this, cfg);
    }

    /** Waits for the event, and forgets those before it. */
    void await(String event) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (String next = ""; !event.equals(next); ) {
            next = events.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError("no event " + event + "; " + engine.virtualHosts() + diary);
            }
        }
    }

    /** Lets the latest port report this of its link. */
    void link(Link link) {
        execute(() -> listener.link(link, link == Link.UP ? "" : "somebody said so"));
    }

    VirtualHostView view(String name) {
        return (VirtualHostView) engine.virtualHost(name).orElseThrow();
    }

    /** Deactivates the engine while the framework is still there, as DS does. */
    void deactivate() {
        if (!deactivated && framework.getState() == Bundle.ACTIVE) {
            deactivated = true;
            engine.deactivate();
        }
    }

    void close() throws Exception {
        deactivate();
        framework.stop();
        framework.waitForStop(0);
        thread.shutdownNow();
    }

    @Override
    public void postEvent(Event event) {
        onEvent.accept(event);
        Object name = event.getProperty(CarpEvents.NAME);
        events.add(
                name == null
                        ? "demotion " + event.getProperty(CarpEvents.DEMOTION)
                        : name + " " + event.getProperty(CarpEvents.STATE));
    }

    @Override
    public void sendEvent(Event event) {
        throw new AssertionError("posted, never sent");
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    @Override
    public Loop.Timer timer(Runnable task) {
        return new Loop.Timer() {
            private @Nullable ScheduledFuture<?> wait;

            @Override
            public void at(long nanoTime) {
                cancel();
                wait = thread.schedule(task, nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
            }

            @Override
            public void cancel() {
                if (wait != null) {
                    wait.cancel(false);
                }
            }
        };
    }

    @Override
    public boolean inLoop() {
        return Thread.currentThread().equals(loopThread);
    }

    @Override
    public Cancellable watch(int fd, Runnable readable) {
        throw new UnsupportedOperationException();
    }

    /** Refuses broadcast, like a transport that cannot do it. */
    @Override
    public void check(Delivery delivery) {
        if (delivery.broadcast()) {
            throw new IllegalArgumentException("broadcast = true: this transport cannot");
        }
    }

    @Override
    public Port open(Delivery delivery, Transport.Listener listener) {
        int vhid = delivery.vhid();
        diary.add("open " + vhid);
        this.listener = listener;
        execute(() -> listener.link(Link.UP, ""));
        return new Port() {
            @Override
            public int send(ByteBuffer packet) {
                if ((packet.get(packet.position() + 2) & 0xff) == 255) { // This byte is the advskew.
                    diary.add("bow-out " + vhid);
                }
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
            public void close() {
                diary.add("close " + vhid);
            }
        };
    }

    @Override
    public Binding open(Addresses addresses, AddressBinder.Listener listener) {
        onOpen.run();
        int vhid = addresses.vhid();
        return new Binding() {
            @Override
            public void prepare() {}

            @Override
            public void bind(Change why) throws IOException {
                play(onBind);
                diary.add("bind " + vhid);
            }

            @Override
            public void announce() {}

            @Override
            public void unbind(Change why) throws IOException {
                play(onUnbind);
                diary.add("unbind " + vhid);
            }

            @Override
            public void advertised(long nanoTime) {}

            @Override
            public void update(Addresses edited) {}

            @Override
            public void close() {
                diary.add("forget " + vhid);
            }
        };
    }

    private static void play(Callable<?> script) throws IOException {
        try {
            script.call();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
