// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The virtual hosts of this node, and which of them has which vhid on which interface. Only one has it at a time; the
 * next one gets it when the one before has released its addresses. Any thread may call.
 */
final class HostList {
    private final ConcurrentMap<String, VirtualHostComponent> byName = new ConcurrentHashMap<>();

    /** All virtual hosts, also those whose name is taken. */
    private final Set<VirtualHostComponent> everyone = ConcurrentHashMap.newKeySet();

    /** Guarded by this. */
    private final Map<String, VirtualHostComponent> claims = new HashMap<>();

    /** The release that the next owner has to wait for. Guarded by this. */
    private final Map<String, CompletableFuture<?>> releases = new HashMap<>();

    /** The other one with this name, if the name is taken. */
    @Nullable
    VirtualHostComponent add(String name, VirtualHostComponent host) {
        everyone.add(host);
        VirtualHostComponent other = byName.putIfAbsent(name, host);
        return other == host ? null : other;
    }

    void remove(String name, VirtualHostComponent host) {
        everyone.remove(host);
        byName.remove(name, host);
    }

    Optional<VirtualHostComponent> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    List<VirtualHostComponent> all() {
        return new ArrayList<>(byName.values());
    }

    List<String> names() {
        return byName.keySet().stream().sorted().toList();
    }

    /** Takes {@code 7@eth0}. If another virtual host has it, that one is returned and nothing is taken. */
    synchronized @Nullable VirtualHostComponent claim(String subsystem, VirtualHostComponent host) {
        VirtualHostComponent owner = claims.putIfAbsent(subsystem, host);
        return owner == host ? null : owner;
    }

    /** The virtual host that has {@code 7@eth0}. */
    synchronized @Nullable VirtualHostComponent owner(String subsystem) {
        return claims.get(subsystem);
    }

    /** What a new owner waits for before it starts. */
    synchronized CompletableFuture<?> releaseOf(String subsystem) {
        return releases.getOrDefault(subsystem, CompletableFuture.completedFuture(null));
    }

    /** Gives it up. The next owner waits for this release, and for those before it. */
    void unclaim(String subsystem, VirtualHostComponent host, CompletableFuture<?> release) {
        keep(subsystem, host, release);
        synchronized (this) {
            claims.remove(subsystem, host);
        }
    }

    /** Keeps it for its own successor, which waits for this release, and for those before it. */
    void keep(String subsystem, VirtualHostComponent host, CompletableFuture<?> release) {
        CompletableFuture<?> all;
        synchronized (this) {
            if (claims.get(subsystem) != host) {
                return;
            }
            all = CompletableFuture.allOf(releaseOf(subsystem), release);
            releases.put(subsystem, all);
        }
        all.whenComplete((done, failure) -> {
            synchronized (this) {
                releases.remove(subsystem, all);
            }
        });
    }

    /**
     * Lets all virtual hosts try again that do not run, since what stood in their way may be gone. A virtual host that
     * holds its own lock must not call this, since two that did would wait for each other.
     */
    void retryRefused() {
        for (VirtualHostComponent host : everyone) {
            if (host.runner() == null) {
                host.refresh();
            }
        }
    }

    /** Lets all virtual hosts read their configuration anew. */
    void retryAll() {
        everyone.forEach(VirtualHostComponent::refresh);
    }
}
