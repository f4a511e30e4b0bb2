// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.BinderHost.addresses;
import static io.carp.real.BinderHost.await;
import static io.carp.testing.contract.BinderContractTest.DOWN;
import static io.carp.testing.contract.BinderContractTest.UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.LibC;
import io.carp.linux.NetlinkMonitor;
import io.carp.linux.SystemCallException;
import io.carp.spi.AddressBinder;
import io.carp.vip.NetlinkBinder;
import io.carp.vip.OnlyTime;
import io.carp.vip.Tending;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What can happen to the thread carp-lease. Without it the kernel would drop every address of the node. */
class LeaseThreadLinkTest {
    private static final String FOUR = "10.1.0.100";
    /** In seconds. */
    private static final int LEASE = 3;

    private final List<Thread> started = new CopyOnWriteArrayList<>();
    /** A thread that is held up waits for this. */
    private final CountDownLatch release = new CountDownLatch(1);

    private BinderHost host;
    private AddressBinder.Binding binding;

    @AfterEach
    void tearDown() throws Exception {
        release.countDown();
        if (host != null) {
            host.close();
        }
    }

    private void bind(Tending.Ears ears) {
        host = host(ears, any -> {});
        binding = host.open(addresses(LEASE, FOUR));
        host.in(binding::prepare);
        host.in(() -> binding.bind(UP));
    }

    private BinderHost host(Tending.Ears ears, Consumer<Thread> before) {
        NetlinkBinder binder = Tending.binder(new OnlyTime(), ears, thread -> {
            before.accept(thread);
            thread.start();
            started.add(thread);
        });
        return new BinderHost("carp-vip-thread", binder);
    }

    /** Checks for two leases that the address stays. It would go without a renewal. */
    private void staysWhileAdvertisementsLeave() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2 * LEASE);
        while (System.nanoTime() - end < 0) {
            advertise();
            assertTrue(host.has(FOUR), "the lease has run out");
            TimeUnit.MILLISECONDS.sleep(50);
        }
        assertEquals(List.of(), host.gaveUp);
    }

    /** Advertises from a thread in the namespace, as the loop does, since threads that it starts are there, too. */
    private void advertise() {
        host.in(() -> binding.advertised(System.nanoTime()));
    }

    private String lapsed() {
        return binding.lapsed(System.nanoTime());
    }

    private void holdUp() {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void outOfMemory() {
        throw new OutOfMemoryError("on purpose");
    }

    @Test
    void anErrorDoesNotEndIt() throws Exception {
        bind(NetlinkMonitor::open);
        host.onRestored = LeaseThreadLinkTest::outOfMemory;
        advertise();
        host.netns.ip("address del " + FOUR + "/32 dev eth0");
        await("put back", () -> host.restored.size() == 1);
        host.onRestored = () -> {};
        staysWhileAdvertisementsLeave();
        host.netns.ip("address del " + FOUR + "/32 dev eth0");
        await("put back again", () -> host.restored.size() == 2);
        assertEquals(1, started.size());
    }

    @Test
    void anErrorWhileListeningDoesNotEndIt() throws Exception {
        var tries = new AtomicInteger();
        bind(ignored -> {
            if (tries.incrementAndGet() < 3) {
                outOfMemory();
            }
            return NetlinkMonitor.open(ignored);
        });
        staysWhileAdvertisementsLeave();
        host.netns.ip("address del " + FOUR + "/32 dev eth0");
        await("heard", () -> host.restored.size() == 1);
        assertEquals(3, tries.get());
        assertEquals(1, started.size());
    }

    @Test
    void oneThatDiedIsReplacedByTheNextAdvertisement() throws Exception {
        bind(NetlinkMonitor::open);
        var first = started.get(0);
        first.interrupt();
        first.join(TimeUnit.SECONDS.toMillis(30));
        assertFalse(first.isAlive());
        staysWhileAdvertisementsLeave();
        assertEquals(2, started.size());
        host.netns.ip("address del " + FOUR + "/32 dev eth0");
        await("put back", () -> host.restored.size() == 1);
        host.binder.close();
        assertFalse(started.get(1).isAlive());
    }

    @Test
    void whatNobodyCouldRenewIsNotBound() {
        var tries = new AtomicInteger();
        host = host(NetlinkMonitor::open, thread -> {
            if (tries.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread, on purpose");
            }
        });
        binding = host.open(addresses(LEASE, FOUR));
        var why = host.fails(IOException.class, () -> binding.bind(UP));
        assertTrue(
                why.getMessage().contains("the thread carp-lease cannot be started: unable to create"), why.toString());
        assertFalse(host.has(FOUR));
        host.in(() -> binding.bind(UP));
        assertTrue(host.has(FOUR));
        assertEquals(1, started.size());
    }

    @Test
    void anOperatorHearsOfOneThatCannotBeReplacedUntilItIs() throws Exception {
        var full = new boolean[1];
        host = host(NetlinkMonitor::open, thread -> {
            if (full[0]) {
                throw new OutOfMemoryError("unable to create native thread, on purpose");
            }
        });
        binding = host.open(addresses(LEASE, FOUR));
        host.in(() -> binding.bind(UP));
        full[0] = true;
        started.get(0).interrupt();
        await("late", () -> {
            advertise();
            return !host.late.isEmpty();
        });
        String told = host.late.get(0);
        assertTrue(told.contains("cannot be started: unable to create native thread"), told);
        assertTrue(told.contains("drops them 3 s after"), told);
        full[0] = false;
        await("in time", () -> {
            advertise();
            return host.late.size() > 1;
        });
        assertEquals("", host.late.get(1));
        staysWhileAdvertisementsLeave();
    }

    @Test
    void anOperatorHearsOfOneThatIsHeldUpUntilNothingIsBound() throws Exception {
        bind(NetlinkMonitor::open);
        host.onRestored = this::holdUp;
        advertise();
        host.netns.ip("address del " + FOUR + "/32 dev eth0");
        await("late", () -> {
            advertise();
            return !host.late.isEmpty();
        });
        assertTrue(host.late.get(0).contains("carp-lease is held up"), host.late.toString());
        assertEquals(1, host.late.size());
        host.in(() -> binding.unbind(DOWN));
        assertEquals("", host.late.get(1));
        assertEquals(2, host.late.size());
    }

    @Test
    void whatAHeldUpThreadLooksAfterHasLapsedWithItsLeaseAndNothingIsBoundAnew() throws Exception {
        bind(NetlinkMonitor::open);
        host.onRestored = this::holdUp;
        advertise();
        host.netns.ip("address del " + FOUR + "/32 dev eth0");
        await("held up", () -> host.restored.size() == 1);
        assertEquals("", lapsed(), "the kernel has it for a while");
        await("lapsed", () -> {
            advertise();
            return !lapsed().isEmpty();
        });
        assertTrue(lapsed().contains("carp-lease is held up"), lapsed());
        await("dropped", () -> !host.has(FOUR));
        host.in(() -> binding.unbind(DOWN));
        assertEquals("", lapsed());
        await("refused", () -> {
            try {
                host.in(binding::prepare);
                return false;
            } catch (IllegalStateException e) {
                return String.valueOf(e.getCause().getMessage()).contains("nobody would renew");
            }
        });
        release.countDown();
        await("allowed", () -> {
            try {
                host.in(binding::prepare);
                return true;
            } catch (IllegalStateException e) {
                return false;
            }
        });
        assertEquals(1, started.size());
    }

    @Test
    void whoCannotListenRenewsByTimeAlone() throws Exception {
        var tries = new AtomicInteger();
        bind(ignored -> {
            tries.incrementAndGet();
            throw new SystemCallException("on purpose", LibC.ENOBUFS);
        });
        staysWhileAdvertisementsLeave();
        // No notice tells of the deletion, so only a look can find it.
        host.netns.ip("address del " + FOUR + "/32 dev eth0");
        await("put back", () -> host.restored.size() == 1);
        assertSame(started.get(0), started.get(started.size() - 1));
        assertTrue(tries.get() < 60, "a busy loop: tried " + tries + " times");
    }

    @Test
    void aMonitorThatIsAlwaysInErrorIsNoBusyLoop() throws Exception {
        var opened = new AtomicInteger();
        bind(ignored -> {
            var monitor = NetlinkMonitor.open(ignored);
            if (opened.incrementAndGet() < 10) {
                Netns.makeUseless(monitor.fd());
            }
            return monitor;
        });
        staysWhileAdvertisementsLeave();
        assertTrue(opened.get() <= 30, "a busy loop: opened " + opened + " times");
        await("opened anew", () -> opened.get() >= 10);
        host.netns.ip("address del " + FOUR + "/32 dev eth0");
        await("heard again", () -> host.restored.size() == 1);
    }
}
