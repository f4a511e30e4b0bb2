// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.sim.Host.Witness;
import io.carp.sim.SimulatedLoop;
import io.carp.sim.SimulatedNode;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.Change;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A binder that only notes, and the kernel below it, which drops what is not renewed. */
final class SimulatedBinder implements AddressBinder, AddressBinder.Binding {
    private final SimulatedNode node;
    private final SimulatedLoop loop;
    private final BooleanSupplier hooksDone;
    private final Runnable said;
    private final Witness witness;
    private final long lease;
    private boolean bound;
    /** Whether the kernel has it. */
    private boolean there;

    private long droppedAt;
    private long renewedAt;
    /** Which renewal counts. */
    private int renewals;

    /**
     * @param hooksDone whether the hooks have had their say
     * @param said runs when a node that is bound has advertised
     */
    SimulatedBinder(SimulatedNode node, int leaseSeconds, BooleanSupplier hooksDone, Runnable said, Witness witness) {
        this.node = node;
        this.loop = node.loop();
        this.lease = TimeUnit.SECONDS.toNanos(leaseSeconds);
        this.hooksDone = hooksDone;
        this.said = said;
        this.witness = witness;
    }

    boolean isBound() {
        return bound;
    }

    @Override
    public Binding open(Addresses addresses, Listener listener) {
        return this;
    }

    @Override
    public void prepare() throws IOException {
        fail();
    }

    private void fail() throws IOException {
        if (node.troubles().binder()) {
            throw new IOException("no");
        }
        if (node.troubles().renewal()) {
            throw new IOException("nobody renews");
        }
    }

    @Override
    public void bind(Change why) throws IOException {
        if (bound) {
            witness.broken("bound twice");
        }
        if (!hooksDone.getAsBoolean()) {
            witness.broken("bound before the hooks have had their say");
        }
        fail();
        bound = true;
        renew(0);
    }

    /** @param age of the advertisement from which the lease counts */
    private void renew(long age) {
        if (lease > 0 && age >= lease) {
            return;
        }
        if (!there) {
            there = true;
            witness.bound(true);
        }
        renewals++;
        renewedAt = loop.nanoTime() - age;
        int now = renewals;
        if (lease > 0) {
            node.later(lease - age, () -> expire(now));
        }
    }

    private void expire(int renewal) {
        if (renewal == renewals && !loop.isDead()) { // Of a dead process its node keeps the account.
            drop();
        }
    }

    private void drop() {
        if (there) {
            there = false;
            droppedAt = loop.nanoTime();
            witness.bound(false);
        }
    }

    @Override
    public void announce() {}

    @Override
    public void unbind(Change why) {
        if (!bound) {
            witness.broken("unbound what was not bound");
        }
        close();
    }

    @Override
    public void advertised(long nanoTime) {
        if (!bound) {
            return; // A new master advertises first.
        }
        said.run();
        if (!node.troubles().renewal()) {
            renew(Math.max(0, loop.nanoTime() - nanoTime));
        } else if (!there && nanoTime - droppedAt > 0) {
            witness.broken("advertised what it does not hold");
        }
    }

    @Override
    public String lapsed(long nanoTime) {
        return bound && !there && node.troubles().renewal() ? "nobody renews" : "";
    }

    @Override
    public long outlastsNanos(long nanoTime) {
        if (lease == 0) {
            return Long.MAX_VALUE;
        }
        return node.troubles().renewal() ? Math.max(0, renewedAt + lease - nanoTime) : lease;
    }

    @Override
    public void update(Addresses addresses) {}

    @Override
    public void close() {
        bound = false;
        drop();
    }
}
