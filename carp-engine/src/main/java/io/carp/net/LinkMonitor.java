// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.linux.AddressMessage;
import io.carp.linux.LibC;
import io.carp.linux.LinkEvents;
import io.carp.linux.LinkMessage;
import io.carp.linux.NativeCode;
import io.carp.linux.SystemCallException;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows the network interfaces of this machine by name, and tells when one of them changes. Loop thread only. */
final class LinkMonitor implements LinkEvents.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(LinkMonitor.class);
    private static final long RETRY = TimeUnit.SECONDS.toNanos(1);

    /** Wants to know about one interface. */
    interface Subscriber {
        /** The interface now has this state; null if there is none of that name. */
        void changed(KnownInterface.@Nullable State state);

        /** Nothing can be known about the interfaces of this machine; the sentence says why. */
        void unknown(String why);
    }

    private final Loop loop;
    /** Made here, for there may be no memory when it is needed. */
    private final Loop.Timer retry;

    private final List<Subscription> subscriptions = new ArrayList<>();
    private Map<Integer, KnownInterface> interfaces = Map.of();
    private Map<Integer, KnownInterface> told = new LinkedHashMap<>();
    private int losses;
    private boolean complete;
    private @Nullable String problem;
    private @Nullable LinkEvents events;
    private @Nullable Cancellable watch;
    private boolean closed;

    LinkMonitor(Loop loop) {
        this.loop = loop;
        this.retry = loop.timer(this::open);
    }

    /** Begins to listen. Any thread but the loop's may call this, since loading the native library takes a while. */
    void start() {
        try {
            LibC.errno();
            loop.execute(this::open);
        } catch (LinkageError e) {
            LOG.debug("No native library", e);
            loop.execute(() -> fail("raw sockets cannot be used: " + NativeCode.refusal(e)));
        }
    }

    private void open() {
        if (closed) {
            return;
        }
        try {
            events = LinkEvents.open(this);
            events.ignoreAdded(
                    AddressMessage.PROTO_CARP); // A virtual IP is never a source, and it is renewed all the time.
            watch = loop.watch(events.fd(), this::readable);
            problem = null;
        } catch (UnsupportedOperationException e) {
            release();
            fail("raw sockets cannot be used: " + e.getMessage());
        } catch (SystemCallException e) {
            if (!complete) {
                fail("the network interfaces cannot be listened to: " + e.getMessage());
            }
            // Until the next attempt we trust what is known, which is better than to take every link down.
            retryLater();
        } catch (RuntimeException | Error e) {
            retryLater();
            release();
            LoopLog.write(() -> LOG.warn("The network interfaces cannot be listened to; trying again", e));
        }
    }

    private void retryLater() {
        retry.at(loop.nanoTime() + RETRY);
    }

    private void fail(String why) {
        problem = why;
        for (var subscription : List.copyOf(subscriptions)) {
            subscription.first = true;
            subscription.subscriber.unknown(why);
        }
    }

    private void readable() {
        try {
            if (events != null) {
                events.read();
            }
        } catch (SystemCallException | RuntimeException | Error e) {
            // A listener may have thrown, too. Then it does not know everything it was told, and the rest is lost.
            retryLater(); // This comes first: without memory the rest fails, too.
            release();
            LoopLog.write(() ->
                    LOG.warn("Listening to the network interfaces failed and starts anew: {}", e.getMessage(), e));
        }
        tell();
    }

    private void tell() {
        if (complete) {
            for (var subscription : List.copyOf(subscriptions)) {
                try {
                    subscription.tell();
                } catch (RuntimeException | Error e) { // The other subscribers have to be told all the same.
                    LoopLog.write(() -> LOG.error("A change of a network interface could not be dealt with", e));
                }
            }
        }
    }

    /**
     * Tells the subscriber what is known, as soon as anything is, and then each change. The first call comes after this
     * has returned.
     */
    Cancellable subscribe(String networkInterface, Subscriber subscriber) {
        var subscription = new Subscription(networkInterface, subscriber);
        subscriptions.add(subscription);
        loop.execute(() -> {
            if (problem != null) {
                subscriber.unknown(problem);
            } else if (complete) {
                subscription.tell();
            }
        });
        return subscription;
    }

    /** Ends the monitor; no subscriber is told anything any more. */
    void close() {
        closed = true;
        subscriptions.clear();
        release();
    }

    private void release() {
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
        if (events != null) {
            events.close();
            events = null;
        }
    }

    private KnownInterface.@Nullable State find(String networkInterface) {
        for (var each : interfaces.values()) {
            if (each.name().equals(networkInterface)) {
                return each.state(this::name);
            }
        }
        return null;
    }

    /** Tells a person which name was probably meant by one that no interface has; empty if there is no guess. */
    String hint(String networkInterface) {
        String bare = networkInterface.split("[@:]", 2)[0];
        for (var each : interfaces.values()) {
            if (each.alternativeNames().contains(networkInterface)) {
                return "it is an alternative name of " + each.name() + ": use that";
            }
            if (each.name().equals(bare) || each.alternativeNames().contains(bare)) {
                return "drop what follows " + networkInterface.charAt(bare.length())
                        + ", which is not part of the name " + each.name();
            }
            if (each.name().equalsIgnoreCase(networkInterface)) {
                return "there is " + each.name();
            }
        }
        return "";
    }

    private String name(int ifindex) {
        var known = interfaces.get(ifindex);
        return known == null ? "" : known.name();
    }

    @Override
    public void begin() {
        told = new LinkedHashMap<>();
    }

    @Override
    public void complete() {
        interfaces = told;
        complete = true;
    }

    @Override
    public void link(LinkMessage link, boolean deleted) {
        if (deleted) {
            told.remove(link.ifindex());
            return;
        }
        var known = told.get(link.ifindex());
        if (known == null) {
            told.put(link.ifindex(), new KnownInterface(link, () -> ++losses));
        } else {
            known.is(link);
        }
    }

    @Override
    public void address(AddressMessage address, boolean deleted) {
        var on = told.get(address.ifindex());
        if (on != null && deleted) {
            on.remove(address);
        } else if (on != null) {
            on.put(address);
        }
    }

    private final class Subscription implements Cancellable {
        private final String networkInterface;
        private final Subscriber subscriber;
        private boolean first = true;
        private KnownInterface.@Nullable State last;

        Subscription(String networkInterface, Subscriber subscriber) {
            this.networkInterface = networkInterface;
            this.subscriber = subscriber;
        }

        void tell() {
            var state = find(networkInterface);
            if (subscriptions.contains(this) && (first || !Objects.equals(state, last))) {
                first = false;
                last = state;
                subscriber.changed(state);
            }
        }

        @Override
        public void cancel() {
            subscriptions.remove(this);
        }
    }
}
