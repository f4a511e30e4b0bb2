// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.Capabilities;
import io.carp.linux.NativeCode;
import io.carp.linux.Netlink;
import io.carp.linux.NetlinkMonitor;
import io.carp.linux.SystemCallException;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.Loop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds virtual IPs to interfaces of this node as leases in the kernel (rtnetlink), and renews them while
 * advertisements leave. An address that does not carry our mark (IFA_PROTO 0x70) is never touched. This needs Linux
 * 5.18 or later and CAP_NET_ADMIN, and CAP_NET_RAW to announce.
 *
 * <p>One lock covers every look at the kernel together with what is done upon it, so that a renewal can never run
 * between an unbind and its effect. It is never taken on the loop thread.
 */
@Component(service = AddressBinder.class, property = AddressBinder.NAME + "=netlink")
public final class NetlinkBinder implements AddressBinder {
    private static final Logger LOG = LoggerFactory.getLogger(NetlinkBinder.class);
    private static final int TIMEOUT_MILLIS = 2000;

    /** Work on the kernel's addresses, under the lock. */
    interface Work {
        void on(KernelAddresses round) throws IOException;
    }

    private final Loop loop;
    private final Announcer announcer = new Announcer();
    /** Who binds or releases waits here for the others like it: who renews waits for one of them, not for a thousand. */
    private final ReentrantLock turn = new ReentrantLock(true);

    private final ReentrantLock lock = new ReentrantLock(true);
    private final Condition boundOrClosed = lock.newCondition();
    private final OpenBindings bindings = new OpenBindings();
    private final SharedLook look = new SharedLook();
    /** What to tell listeners as soon as the lock is free. */
    private final List<Runnable> news = new ArrayList<>();

    private final LeaseThread keeper;
    final Gates gates;
    /** Whether the kernel has been seen to keep the mark of an address. Under the lock. */
    boolean marksAreKept;

    private @Nullable Netlink netlink;
    private boolean closed;

    @Activate
    public NetlinkBinder(@Reference Loop loop) {
        this(loop, NetlinkMonitor::open, Thread::start);
    }

    NetlinkBinder(Loop loop, LeaseKeeper.Ears ears, Consumer<Thread> starter) {
        this.loop = loop;
        this.keeper = new LeaseThread(this, ears, starter);
        this.gates = new Gates(loop::nanoTime, this::wake);
    }

    private void wake() {
        guarded(() -> {
            boundOrClosed.signalAll();
            return true;
        });
    }

    @Override
    public Binding open(Addresses addresses, Listener listener) {
        var device = addresses.virtualMac() ? new VirtualInterface(addresses, new Claims(loop)) : null;
        var guarded = Gates.host(addresses, listener);
        var here = device == null ? addresses : device.here(addresses);
        var binding = new NetlinkBinding(this, here, device, new Claims(loop), listener, guarded::isInForce);
        guarded(() -> bindings.add(binding));
        var bound = device == null ? binding : new VirtualMacBinding(this, device, binding, addresses);
        return new GatedBinding(gates, guarded, bound, addresses);
    }

    /** Releases what is still bound and the interfaces that we made for it, and ends the renewals. */
    @Deactivate
    public void close() throws InterruptedException {
        for (var binding : openBindings()) {
            try {
                binding.close();
            } catch (IOException e) {
                LOG.warn("carp: {}: {}", binding.addresses().name(), e.getMessage());
            }
        }
        guarded(() -> closed = true);
        wake();
        keeper.join();
        gates.close();
        guarded(() -> {
            if (netlink != null) {
                netlink.close();
            }
            return netlink = null;
        });
        announcer.close();
    }

    Announcer announcer() {
        return announcer;
    }

    long nanoTime() {
        return loop.nanoTime();
    }

    /** Does the work upon a fresh look at the kernel, then tells the listeners. */
    void locked(Work work) throws IOException {
        inTurn(work, false);
    }

    private void inTurn(Work work, boolean unlessStopped) throws IOException {
        long asked = loop.nanoTime();
        turn.lock();
        try {
            locked(work, unlessStopped, asked);
        } finally {
            turn.unlock();
        }
    }

    private void locked(Work work, boolean unlessStopped, long asked) throws IOException {
        List<Runnable> told;
        lock.lock();
        try {
            if (closed && unlessStopped) {
                return;
            }
            if (closed) {
                throw new IOException("the netlink binder has been stopped");
            }
            if (netlink == null) {
                netlink = Netlink.open(TIMEOUT_MILLIS);
            }
            var round = look.take(netlink, asked, loop.nanoTime());
            work.on(round);
            look.done(round);
            boundOrClosed.signalAll();
        } catch (SystemCallException e) {
            throw new IOException(Privileges.explain(e, Capabilities.CAP_NET_ADMIN), e);
        } catch (LinkageError e) {
            throw new IOException("addresses cannot be bound by netlink: " + NativeCode.refusal(e), e);
        } finally {
            told = List.copyOf(news);
            news.clear();
            lock.unlock();
        }
        told.forEach(NetlinkBinder::run);
    }

    /**
     * Releases something upon a fresh look. Does nothing after the binder has been stopped, which has then released
     * everything itself.
     */
    void release(Work work) throws IOException {
        inTurn(work, true);
    }

    /** Tells one listener. If it fails, the others are told all the same, and the caller goes on. */
    private static void run(Runnable one) {
        try {
            one.run();
        } catch (RuntimeException | Error e) {
            LOG.error("carp: a listener failed", e);
        }
    }

    /**
     * Makes sure that a thread renews, before anything is bound. Under the lock.
     *
     * @throws IOException if no such thread can be started
     */
    void keepLeases() throws IOException {
        keeper.require();
    }

    /**
     * The thread that renews, replaced if it has died. The loop calls this with each advertisement: it does not wait,
     * and allocates only if the thread has died.
     */
    LeaseThread watchedKeeper() {
        if (!keeper.isAlive() && lock.tryLock()) {
            try {
                if (!closed) {
                    keeper.replace();
                }
            } finally {
                lock.unlock();
            }
        }
        return keeper;
    }

    /** The kernel's number of the socket by which addresses are changed. */
    int portId() {
        return guarded(() -> netlink == null ? 0 : netlink.portId());
    }

    /** Does something on the loop. */
    void onLoop(Runnable what) {
        loop.execute(what);
    }

    /** Tells a listener something as soon as the lock is free. Under the lock. */
    void tell(Runnable what) {
        news.add(what);
    }

    /** Under the lock. */
    OpenBindings bindings() {
        return bindings;
    }

    void forget(NetlinkBinding binding) {
        guarded(() -> bindings.remove(binding));
    }

    /** Waits until something is bound; for a second, if something is guarded. Returns false if the binder was closed. */
    boolean awaitBound() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean waits = true;
            while (waits && !closed && !bindings.isAnyBound()) {
                waits = boundOrClosed.await(gates.isAny() ? 1 : Integer.MAX_VALUE, TimeUnit.SECONDS);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    boolean isAnyBound() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return bindings.isAnyBound();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        return guarded(() -> closed);
    }

    /** How many milliseconds to wait before the next {@link #tend}; the shortest lease decides. */
    int tickMillis() {
        return guarded(bindings::tickMillis);
    }

    /**
     * Renews all leases of the node in one burst if one of them is due, and puts back what has disappeared.
     *
     * @param changes what the kernel told since the last time
     */
    void tend(KernelNews changes) throws IOException {
        long now = loop.nanoTime();
        // All are renewed or none, since the kernel drops leases of one phase together, but those of different phases
        // up to a second late.
        tend(guarded(() -> !closed && bindings.isAnyDue(now)), changes);
    }

    void tend(boolean burst, KernelNews changes) throws IOException {
        if (burst || guarded(() -> bindings.areConcernedBy(changes))) {
            locked(round -> bindings.tend(round, burst, changes), false, loop.nanoTime());
        }
    }

    List<NetlinkBinding> openBindings() {
        return guarded(bindings::all);
    }

    private <T> T guarded(Supplier<T> what) {
        lock.lock();
        try {
            return what.get();
        } finally {
            lock.unlock();
        }
    }
}
