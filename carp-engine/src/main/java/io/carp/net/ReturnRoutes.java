// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.linux.ReversePath;
import io.carp.linux.Sysctl;
import io.carp.spi.Delivery;
import io.carp.spi.Loop;
import io.carp.thread.OwnThread;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether the kernel lets through what other nodes advertise on an interface: raw sockets are behind its reverse-path
 * filter, which says nothing to anybody. Looked at now and then, by a thread of its own. Loop thread only.
 */
final class ReturnRoutes {
    /** An address may come a moment before its route. */
    private static final long SOON_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Loop loop;
    private final String networkInterface;
    private final Loop.Timer timer;
    private final Set<Runnable> users = new LinkedHashSet<>();
    private @Nullable ReversePath known;
    /** The routes of IPv6 have no such filter. */
    private final boolean filtered;

    /** The results of looks before the interface changed are worth nothing. */
    private int changes;

    ReturnRoutes(Loop loop, String networkInterface, boolean ipv4) {
        this.loop = loop;
        this.networkInterface = networkInterface;
        this.filtered = ipv4;
        this.timer = loop.timer(this::look);
    }

    /** @param changed called when something else may be true */
    void use(Runnable changed) {
        users.add(changed);
    }

    void leave(Runnable changed) {
        users.remove(changed);
    }

    /** The interface is another one, or has other addresses. */
    void interfaceChanged(KnownInterface.@Nullable State now) {
        changes++;
        known = null;
        if (filtered && now != null && !now.inVrf()) {
            timer.at(loop.nanoTime() + SOON_NANOS);
        } else {
            timer.cancel(); // There is nothing to look at, or no saying what it means.
        }
    }

    void close() {
        changes++;
        timer.cancel();
    }

    private void look() {
        int then = changes;
        try {
            OwnThread.of("carp-routes", () -> {
                        var seen = ReversePath.look(networkInterface);
                        loop.execute(() -> found(seen, then));
                    })
                    .start();
        } catch (OutOfMemoryError e) {
            timer.at(loop.nanoTime() + AGAIN_NANOS); // There can be no thread now.
        }
    }

    private void found(ReversePath seen, int then) {
        if (then != changes) {
            return;
        }
        timer.at(loop.nanoTime() + AGAIN_NANOS);
        if (!seen.equals(known)) {
            known = seen;
            List.copyOf(users).forEach(Runnable::run);
        }
    }

    /** Why what others advertise is not heard, for a person, and the cure; empty if nothing is known to be wrong. */
    String doubt(Delivery delivery) {
        var routes = known;
        if (routes == null) {
            return "";
        }
        List<InetAddress> unheard = delivery.peers().stream()
                .filter(peer -> routes.drops(networkInterface, peer))
                .toList();
        if (delivery.isUnicast() ? unheard.isEmpty() : !routes.dropsAll(networkInterface)) {
            return "";
        }
        var through = routes.filter() == 1 ? " through " + networkInterface : "";
        var whom = delivery.isUnicast()
                ? unheard.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(", "))
                : "anybody";
        return "advertisements of other nodes are not heard: with rp_filter = " + routes.filter()
                + " the kernel drops what comes from an address to which no route leads" + through
                + ", and none leads to "
                + whom + ": ip route add <address of the other node>/32 dev " + networkInterface
                + ", or sysctl -w " + Sysctl.key("ipv4", "all", "rp_filter") + "=0 "
                + Sysctl.key("ipv4", networkInterface, "rp_filter") + "=0";
    }
}
