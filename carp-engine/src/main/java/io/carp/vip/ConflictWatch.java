// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.Capabilities;
import io.carp.linux.LibC;
import io.carp.linux.NeighbourSocket.Said;
import io.carp.linux.Sysctl;
import io.carp.linux.SystemCallException;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens whether another machine on a link claims addresses that are bound here, tells the virtual host, and announces
 * them again (RFC 5227). It prevents no binding, since it cannot tell a machine that had the address before us from the
 * master that we succeed. It runs on the thread {@code carp-lease} only.
 */
final class ConflictWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConflictWatch.class);

    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Announcer announcer;
    private final Map<NetlinkBinding, Host> hosts = new LinkedHashMap<>();
    private final Map<String, @Nullable LinkEars> links = new HashMap<>();
    private final Set<String> failing = new HashSet<>();
    private long looked;

    /** A virtual host whose addresses are bound. */
    private static final class Host {
        final Addresses addresses;
        final Map<VirtualIp, AddressConflict> conflicts = new LinkedHashMap<>();
        String told = "";

        Host(Addresses addresses, long now) {
            this.addresses = addresses;
            addresses.virtualIps().forEach(ip -> conflicts.put(ip, new AddressConflict(now)));
        }
    }

    ConflictWatch(Announcer announcer, long now) {
        this.announcer = announcer;
        this.looked = now - PAUSE_NANOS;
    }

    /** Looks around, at most once a second. It is called while something is bound, and once afterwards. */
    void look(List<NetlinkBinding> bindings, long now) {
        follow(bindings, now);
        if (!hosts.isEmpty() && now - looked < PAUSE_NANOS) {
            return;
        }
        looked = now;
        var wanted = hosts.values().stream()
                .collect(Collectors.groupingBy(
                        host -> host.addresses.networkInterface(),
                        Collectors.flatMapping(host -> host.conflicts.keySet().stream(), Collectors.toSet())));
        links.keySet().stream()
                .filter(name -> !wanted.containsKey(name))
                .toList()
                .forEach(this::close);
        wanted.forEach((networkInterface, ips) -> listen(networkInterface, ips, now));
        hosts.forEach((binding, host) -> act(binding, host, now));
    }

    private void follow(List<NetlinkBinding> bindings, long now) {
        Set<NetlinkBinding> bound = new HashSet<>();
        for (var binding : bindings) {
            if (binding.isBound()) {
                bound.add(binding);
                var known = hosts.get(binding);
                if (known == null || !known.addresses.equals(binding.addresses())) {
                    hosts.put(binding, new Host(binding.addresses(), now));
                    settle(binding, known);
                }
            }
        }
        for (var binding : List.copyOf(hosts.keySet())) {
            if (!bound.contains(binding)) {
                settle(binding, hosts.remove(binding));
            }
        }
    }

    private static void settle(NetlinkBinding binding, @Nullable Host host) {
        if (host != null && !host.told.isEmpty()) {
            binding.listener.addressContested("");
        }
    }

    private void listen(String networkInterface, Set<VirtualIp> ips, long now) {
        try {
            var ears = links.get(networkInterface);
            if (ears == null || !ears.hears(ips)) {
                close(networkInterface);
                ears = LinkEars.open(networkInterface, ips);
                links.put(networkInterface, ears);
            }
            if (ears != null) {
                List<Said> heard = new ArrayList<>();
                ears.read(heard::add);
                tell(networkInterface, heard, now);
            }
            failing.remove(networkInterface);
        } catch (IOException | LinkageError e) {
            close(networkInterface);
            if (!isOfTheLink(e) && failing.add(networkInterface)) {
                LOG.warn(
                        "carp: on {} this node cannot hear whether another machine has one of its virtual IPs: {}",
                        networkInterface,
                        Privileges.explain(e, Capabilities.CAP_NET_RAW));
            }
        }
    }

    /** Whether the interface is down or gone, which is told elsewhere. */
    private static boolean isOfTheLink(Throwable e) {
        return e instanceof SystemCallException call && (call.errno() == LibC.ENETDOWN || call.errno() == LibC.ENODEV);
    }

    private void tell(String networkInterface, List<Said> heard, long now) {
        Map<String, String> own = heard.isEmpty() ? Map.of() : ownInterfaces();
        for (var said : heard) {
            boolean ours = own.containsKey(AddressConflict.text(said.mac()));
            for (var host : hosts.values()) {
                // Without a virtual MAC the address may as well be reached by another interface of ours, so that is no
                // conflict.
                if (host.addresses.networkInterface().equals(networkInterface)
                        && (host.addresses.virtualMac() || !ours)) {
                    host.conflicts.forEach((ip, conflict) -> {
                        if (ip.address().equals(said.address())) {
                            conflict.heard(said.mac(), now);
                        }
                    });
                }
            }
        }
    }

    private void act(NetlinkBinding binding, Host host, long now) {
        String networkInterface = host.addresses.networkInterface();
        var ears = links.get(networkInterface);
        List<String> sentences = new ArrayList<>();
        host.conflicts.forEach((ip, conflict) -> {
            var deed = conflict.next(now);
            if (deed == AddressConflict.Deed.PROBE && ears != null) {
                ears.probe(ip);
            } else if (deed == AddressConflict.Deed.DEFEND && binding.isBound()) {
                announcer.announce(networkInterface, List.of(ip));
            }
            var rival = conflict.rival();
            if (rival != null) {
                sentences.add(sentence(ip, AddressConflict.text(rival), networkInterface));
            }
        });
        String sentence = String.join("; ", sentences);
        if (!sentence.equals(host.told)) {
            host.told = sentence;
            binding.listener.addressContested(sentence);
        }
    }

    private static String sentence(VirtualIp ip, String mac, String networkInterface) {
        String address = ip.address().getHostAddress();
        String own = ownInterfaces().get(mac);
        if (own != null) {
            return own + " of this node is on the same link as " + networkInterface + " and answers for " + address
                    + " with its own hardware address " + mac + ": sysctl -w "
                    + Sysctl.key("ipv4", own, "arp_ignore") + "=1";
        }
        return "another machine on the link of " + networkInterface + " has " + address
                + ", too: its hardware address is " + mac
                + ", and a switch knows at which port that is. Take the address"
                + " from it; meanwhile this node announces it every 10 s";
    }

    /** The interfaces of this node by their hardware addresses. */
    private static Map<String, String> ownInterfaces() {
        Map<String, String> own = new HashMap<>();
        try {
            for (var device : NetworkInterface.networkInterfaces().toList()) {
                var mac = device.getHardwareAddress();
                if (mac != null) {
                    own.put(AddressConflict.text(mac), device.getName());
                }
            }
        } catch (IOException e) {
            LOG.debug("One of them has gone meanwhile: the others are asked for next time", e);
        }
        return own;
    }

    private void close(String networkInterface) {
        var ears = links.remove(networkInterface);
        if (ears != null) {
            ears.close();
        }
    }

    @Override
    public void close() {
        List.copyOf(links.keySet()).forEach(this::close);
    }
}
