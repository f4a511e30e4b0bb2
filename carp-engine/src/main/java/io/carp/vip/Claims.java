// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.AddressMessage;
import io.carp.linux.Claim;
import io.carp.linux.Neighbour;
import io.carp.linux.SystemCallException;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import io.carp.spi.VirtualIp;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses and interfaces of one virtual host that no other process of this machine may touch. The mark of an
 * address says that it belongs to this software, and its claim says to which process. An address with our mark that no
 * process claims was left by a process that has ended. All this is done under the lock of the binder.
 */
final class Claims {
    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
    /** How long another process may take to say where it is at home. The lock is held meanwhile. */
    private static final int PATIENCE_MILLIS = 50;

    private static final AtomicBoolean WARNED = new AtomicBoolean();
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Loop loop;
    private final Map<String, Holding> holdings = new HashMap<>();
    private long retried;

    private static final class Holding {
        final Claim claim;

        @Nullable
        Cancellable watch;

        Holding(Claim claim) {
            this.claim = claim;
        }
    }

    Claims(Loop loop) {
        this.loop = loop;
    }

    /**
     * The name of the claim of an address. A link-local address is unique on its interface only, any other on all
     * interfaces.
     */
    private static String address(InetAddress address, String networkInterface) {
        return "address/" + address.getHostAddress() + (address.isLinkLocalAddress() ? "%" + networkInterface : "");
    }

    /**
     * Takes one more claim. One that another part of this process has is no obstacle.
     *
     * @param what the beginning of the sentence of the refusal: {@code 10.0.0.100 is bound}
     * @throws ClaimedException if another process has it
     */
    void take(String name, String what) throws ClaimedException {
        take(name, what, true);
    }

    private void take(String name, String what, boolean answers) throws ClaimedException {
        if (holdings.containsKey(name)) {
            return;
        }
        var holding = new Holding(new Claim(name));
        Neighbour other = take(holding, answers);
        if (other != null) {
            holding.claim.close();
            throw new ClaimedException(what + " by " + other.inWords() + " and was not touched");
        }
        holdings.put(name, holding);
    }

    /**
     * Takes addresses.
     *
     * @throws ClaimedException if another process has one of them; some may have been taken then
     */
    void take(Collection<VirtualIp> ips, String networkInterface) throws ClaimedException {
        take(ips, networkInterface, true);
    }

    private void take(Collection<VirtualIp> ips, String networkInterface, boolean answers) throws ClaimedException {
        for (var ip : ips) {
            take(address(ip.address(), networkInterface), ip + " is bound", answers);
        }
    }

    /** Throws if another process has one of these addresses; takes nothing. */
    void requireFree(Collection<VirtualIp> ips, String networkInterface) throws ClaimedException {
        try {
            take(ips, networkInterface, false);
        } finally {
            releaseAll();
        }
    }

    /** @param answers whether to answer other processes that ask who has it, which is not worth it for a moment */
    private @Nullable Neighbour take(Holding holding, boolean answers) {
        try {
            Neighbour other = holding.claim.take(PATIENCE_MILLIS);
            if (answers && holding.claim.isHeld()) {
                holding.watch = loop.watch(holding.claim.fd(), () -> answer(holding));
            }
            return other;
        } catch (SystemCallException | LinkageError e) {
            if (WARNED.compareAndSet(false, true)) {
                LOG.warn(
                        "carp: other processes of this machine cannot learn which virtual IPs this one has: {}",
                        e.getMessage());
            }
        } catch (UnsupportedOperationException e) {
            LOG.debug("Who asks gets no answer, and is refused all the same", e);
        }
        return null;
    }

    private static void answer(Holding holding) {
        var watch = holding.watch;
        if (!holding.claim.answer() && watch != null) {
            watch.cancel();
        }
    }

    /** Whether this claim was taken here. */
    boolean has(String name) {
        return holdings.containsKey(name);
    }

    /** Tries again, at most once a second, to get what another part of this process had or what the system refused. */
    void retake() {
        if (loop.nanoTime() - retried > RETRY_NANOS) {
            retried = loop.nanoTime();
            for (var holding : holdings.values()) {
                if (!holding.claim.isHeld()) {
                    take(holding, true);
                }
            }
        }
    }

    /**
     * Removes marked addresses that no process claims. Each is claimed for a moment, so that no other process can take
     * it meanwhile.
     */
    void deleteUnclaimed(KernelAddresses round, Collection<AddressMessage> marked) throws SystemCallException {
        List<Claim> borrowed = new ArrayList<>();
        try {
            List<AddressMessage> left = new ArrayList<>();
            for (var address : marked) {
                var name = address(address.local(), round.name(address.ifindex()));
                if (has(name) || borrow(name, borrowed)) {
                    left.add(address);
                }
            }
            round.deleteAll(left);
        } finally {
            borrowed.forEach(Claim::close);
        }
    }

    private static boolean borrow(String name, List<Claim> borrowed) {
        var claim = new Claim(name);
        borrowed.add(claim);
        try {
            return claim.take(0) == null;
        } catch (SystemCallException | LinkageError e) {
            return true; // Claims are not possible here, so only the mark counts.
        }
    }

    /** Releases everything but these addresses. */
    void keep(Collection<VirtualIp> ips, String networkInterface) {
        var kept =
                ips.stream().map(ip -> address(ip.address(), networkInterface)).collect(Collectors.toSet());
        for (var name : List.copyOf(holdings.keySet())) {
            if (!kept.contains(name)) {
                release(holdings.remove(name));
            }
        }
    }

    /** Releases everything. */
    void releaseAll() {
        holdings.values().forEach(this::release);
        holdings.clear();
    }

    /**
     * Lets the loop close what it watches, after it has stopped watching. If the descriptor were closed before, its
     * number might belong to another one by then, and the loop would stop watching that one.
     */
    private void release(Holding holding) {
        Cancellable watch = holding.watch;
        if (watch == null) {
            holding.claim.close();
            return;
        }
        try {
            loop.execute(() -> {
                watch.cancel();
                holding.claim.close();
            });
        } catch (RejectedExecutionException e) {
            holding.claim.close(); // The loop has ended, and watches nothing.
        }
    }
}
