// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.CarpEvents;
import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.config.VirtualHostConfigTest;
import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.Packets;
import io.carp.report.LogAndEvents;
import io.carp.sim.SimulatedRelay;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.Change;
import io.carp.spi.Delivery;
import io.carp.spi.Relay;
import io.carp.spi.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One runner on a {@link SteppedNode}, with a transport and a binder that do as the test tells them. */
public final class SteppedHost implements Transport, AddressBinder {
    public final SteppedNode node = new SteppedNode();
    final List<String> events = new ArrayList<>();
    final List<String> findings = new ArrayList<>();
    final Map<StandardProtocolFamily, Door> doors = new EnumMap<>(StandardProtocolFamily.class);
    final List<Addresses> updates = new ArrayList<>();
    final List<String> occasions = new ArrayList<>();
    public Runnable onSend = () -> {};
    Runnable onOpen = () -> {};
    Runnable onAdvertised = () -> {};
    LongConsumer onAdvertising = interval -> {};
    Runnable onHandsOver = () -> {};
    Supplier<String> onLapsed = () -> "";
    Callable<?> onPrepare = () -> null;
    Callable<?> onUpdate = () -> null;
    String relayRefusal = "";
    int prepared;
    int sent;
    boolean closed;
    AddressBinder.@Nullable Listener binderListener;
    private final boolean runsScripts;
    public final VirtualHostRunner runner;

    public SteppedHost(String... pairs) throws ConfigurationRefused {
        runsScripts = List.of(pairs).contains("(carp.binder=script)");
        LogAndEvents notices = new LogAndEvents(Runnable::run, event -> {
            if (event.getTopic().equals(CarpEvents.TOPIC_FINDING)) {
                findings.add(String.valueOf(event.getProperty(CarpEvents.FINDING_TEXT)));
            } else {
                events.add(event.getProperty(CarpEvents.STATE) + " (" + event.getProperty(CarpEvents.REASON) + ")");
            }
        });
        NodeServices services = node.services(notices);
        runner = new VirtualHostRunner(services, "etc/web.cfg", this, this, node, config(pairs), 1);
    }

    public static VirtualHostConfig config(String... pairs) throws ConfigurationRefused {
        return VirtualHostConfig.parse("web", VirtualHostConfigTest.file(pairs), Map.of(), Path.of(""));
    }

    /** Starts it and lets time pass until it is master. */
    public SteppedHost master() {
        open();
        node.pass(4 * SteppedNode.SECOND);
        return this;
    }

    public SteppedHost open() {
        node.loop.execute(runner::open);
        node.settle();
        doors.values().forEach(door -> door.tell(Link.UP, ""));
        node.settle();
        return this;
    }

    /** Lets as much time pass as addresses may wait for a successor, which never speaks here. */
    void letGo() {
        node.pass(SteppedNode.SECOND / 10);
    }

    void onLoop(Runnable task) {
        node.loop.execute(task);
        node.settle();
    }

    public Door door() {
        return doors.get(StandardProtocolFamily.INET);
    }

    static ByteBuffer advertisement(AdvertisementDigest digest, int advbase, int advskew) {
        return Packets.of(digest, 7, advbase, advskew, 42);
    }

    @Override
    public Port open(Delivery delivery, Transport.Listener listener) {
        onOpen.run();
        Door door = new Door(delivery, listener);
        doors.put(delivery.family(), door);
        return door;
    }

    public final class Door implements Port {
        final Transport.Listener listener;
        Delivery delivery;

        @Nullable
        InetAddress source;

        int sendError;
        final SimulatedRelay relay = new SimulatedRelay(node.loop, this::send);

        Door(Delivery delivery, Transport.Listener listener) {
            this.delivery = delivery;
            this.listener = listener;
            relay.refusal = relayRefusal;
        }

        @Override
        public Relay relay() {
            return relay;
        }

        public void tell(Link link, String why) {
            node.loop.execute(() -> listener.link(link, why));
            node.settle();
        }

        @Override
        public int send(ByteBuffer packet) {
            sent++;
            onSend.run();
            return sendError;
        }

        @Override
        public void update(Delivery edited) {
            delivery = edited;
        }

        @Override
        public void drain() {}

        @Override
        public @Nullable InetAddress source() {
            return source;
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
            doors.values().remove(this);
        }
    }

    @Override
    public boolean runsScripts() {
        return runsScripts;
    }

    @Override
    public Binding open(Addresses addresses, AddressBinder.Listener listener) {
        binderListener = listener;
        return new Binding() {
            @Override
            public void prepare() throws IOException {
                prepared++;
                play(onPrepare);
            }

            @Override
            public void bind(Change why) throws IOException {
                note(why);
                node.bind(why);
            }

            private void note(Change why) {
                occasions.add(why.previous() + " -> " + why.state() + " (" + why.reason() + ")");
            }

            @Override
            public void announce() {
                node.announce();
            }

            @Override
            public void unbind(Change why) {
                note(why);
                node.unbind(why);
            }

            @Override
            public void advertising(long nanoTime, long intervalNanos) {
                onAdvertising.accept(intervalNanos);
            }

            @Override
            public void handsOver() {
                onHandsOver.run();
            }

            @Override
            public void advertised(long nanoTime) {
                onAdvertised.run();
            }

            @Override
            public String lapsed(long nanoTime) {
                return onLapsed.get();
            }

            @Override
            public void update(Addresses edited) throws IOException {
                play(onUpdate);
                updates.add(edited);
            }

            @Override
            public void close() {
                closed = true;
            }
        };
    }

    private static void play(Callable<?> script) throws IOException {
        try {
            script.call();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
