// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import io.carp.linux.AddressMessage;
import io.carp.linux.Netlink;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import io.carp.vip.NetlinkBinder;
import io.carp.vip.OnlyTime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A namespace with the interfaces {@code eth0} and {@code eth1}, and a netlink binder that lives in it. */
final class BinderHost implements AutoCloseable {
    static final int OURS = 0x70;

    final Netns netns;
    final NetlinkBinder binder;
    final List<String> restored = Collections.synchronizedList(new ArrayList<>());
    final List<String> expired = Collections.synchronizedList(new ArrayList<>());
    final List<String> gaveUp = Collections.synchronizedList(new ArrayList<>());

    /** What the listener heard of late renewals, in order; an empty text says that they are no longer late. */
    final List<String> late = Collections.synchronizedList(new ArrayList<>());
    /** What the listener does when it hears that an address was put back. */
    volatile Runnable onRestored = () -> {};

    BinderHost(String name) {
        this(name, new NetlinkBinder(new OnlyTime()));
    }

    BinderHost(String name, NetlinkBinder binder) {
        this.binder = binder;
        netns = Netns.create(name);
        netns.ip("link add eth0 type veth peer name peer0");
        netns.ip("link add eth1 type veth peer name peer1");
        for (var each : List.of("eth0", "peer0", "eth1", "peer1")) {
            netns.ip("link set " + each + " up");
        }
    }

    static Addresses addresses(int lease, String... ips) {
        return addresses("web", "eth0", lease, null, ips);
    }

    static Addresses addresses(String name, String networkInterface, int lease, String label, String... ips) {
        var parsed = Stream.of(ips).map(BinderHost::ip).toList();
        return Addresses.of(name, networkInterface, 7, parsed).withLease(lease).withLabel(label);
    }

    static VirtualIp ip(String text) {
        var parts = text.split("/");
        try {
            var address = InetAddress.getByName(parts[0]);
            int prefix = parts.length > 1 ? Integer.parseInt(parts[1]) : address.getAddress().length * 8;
            return new VirtualIp(address, prefix);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    AddressBinder.Binding open(Addresses addresses) {
        return binder.open(addresses, new AddressBinder.Listener() {
            @Override
            public void restored(String address) {
                restored.add(address);
                onRestored.run();
            }

            @Override
            public void expired(String address) {
                expired.add(address);
            }

            @Override
            public void gaveUp(String why) {
                gaveUp.add(why);
            }

            @Override
            public void renewalLate(String why) {
                late.add(why);
            }
        });
    }

    /** Something that may fail. */
    interface Action {
        void run() throws Exception;
    }

    /** Runs the action inside the namespace. What it throws becomes the cause of an IllegalStateException. */
    void in(Action action) {
        netns.call(() -> {
            action.run();
            return null;
        });
    }

    /** Runs the action inside the namespace and returns what it throws, which must be of this type. */
    <T extends Throwable> T fails(Class<T> type, Action action) {
        try {
            in(action);
        } catch (IllegalStateException e) {
            return type.cast(e.getCause());
        }
        throw new AssertionError("no " + type.getSimpleName());
    }

    /** The kernel's entries for this address on all interfaces, as read by our own netlink code. */
    List<AddressMessage> kernel(String address) {
        return netns.call(() -> dump(address));
    }

    /** The same for a calling thread that is in the namespace already. */
    static List<AddressMessage> dump(String address) throws IOException {
        try (var netlink = Netlink.open(1000)) {
            var wanted = InetAddress.getByName(address);
            return netlink.addresses().all().stream()
                    .filter(a -> a.local().equals(wanted))
                    .toList();
        }
    }

    boolean has(String address) {
        return !kernel(address).isEmpty();
    }

    /** Adds an address as an earlier run of ours, or another program with our mark, would have left it. */
    void plant(String networkInterface, String ip, int proto, long seconds) {
        in(() -> {
            try (var netlink = Netlink.open(1000)) {
                var link = netlink.link(networkInterface);
                var vip = ip(ip);
                long valid = seconds == 0 ? AddressMessage.INFINITY : seconds;
                netlink.add(
                        new AddressMessage(
                                link.ifindex(), vip.address(), vip.prefixLength(), 2, proto, null, valid, valid),
                        Netlink.NLM_F_CREATE | Netlink.NLM_F_EXCL);
            }
        });
    }

    /** Waits until the condition is true, and fails if that takes longer than half a minute. */
    static void await(String what, Callable<Boolean> condition) throws Exception {
        await(what, 30_000, condition);
    }

    static void await(String what, int millis, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (!condition.call()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + millis + " ms: " + what);
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            binder.close();
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            netns.close();
        }
    }
}
