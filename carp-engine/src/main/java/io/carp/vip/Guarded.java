// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.NftGrant;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One virtual host at the {@link Gate}. The loop lets its addresses through before it advertises; then each advertisement
 * renews that by itself on its way out. Whatever else is done at the gate is done by workers, guarded by {@link Gates}.
 */
final class Guarded {
    private static final long HANDOVER_MILLIS = 100;
    private static final long NEVER = Long.MIN_VALUE;

    private final LongSupplier jiffy;
    private final AddressBinder.Listener listener;

    // Guarded by Gates.
    private Addresses addresses;
    /** What the listener knows. */
    private String trouble = "";

    // From workers to the loop.
    private volatile boolean advertisementsRenew;
    private volatile @Nullable NftGrant grant;
    /** What an advertisement renews, in milliseconds: the time-out of the set. */
    private volatile long renewed;
    /** Whether the kernel lets the addresses through until their lease ends. The loop sets it, a worker may unset it. */
    private volatile boolean granted;

    // From the loop to workers.
    private volatile long step;
    private volatile long interval;
    /** For how long an advertisement should let the addresses through: that of the interval. */
    private volatile long lease;

    private volatile long advertisedAt = NEVER;
    /** Whether the loop is about to advertise. Only the loop reads it. */
    private boolean asked;

    /** Whether there is a mastership whose addresses have not been unbound. A worker unsets it, and sets it to bind. */
    private volatile boolean serving;

    /** @param jiffy nanoseconds */
    Guarded(Addresses addresses, AddressBinder.Listener listener, LongSupplier jiffy) {
        this.addresses = addresses;
        this.listener = listener;
        this.jiffy = jiffy;
        take(addresses);
    }

    /** Takes over other settings; the gate is then to be built anew. */
    void take(Addresses changed) {
        addresses = changed;
        advertisementsRenew = changed.advertisementsLeave();
        if (isWanted() && (lease == 0 || advertisedAt == NEVER)) {
            step = jiffy.getAsLong();
            interval(changed.advertisementNanos());
        }
    }

    private void interval(long nanos) {
        if (nanos != interval && step > 0) {
            lease = ShortLease.millis(nanos, step);
            interval = nanos;
        }
    }

    /** Whether it is to be guarded at all. */
    boolean isWanted() {
        return addresses.advertisementNanos() > 0;
    }

    Addresses addresses() {
        return addresses;
    }

    String networkInterface() {
        return addresses.networkInterface();
    }

    String name() {
        return addresses.name();
    }

    int vhid() {
        return addresses.vhid();
    }

    List<VirtualIp> virtualIps() {
        return addresses.virtualIps();
    }

    /** The UDP port of the advertisements; 0 if they are raw; below 0 if it is not known how they look. */
    int port() {
        return addresses.advertisementPort();
    }

    /** The lease that the set at the gate should have, in milliseconds. */
    long lease() {
        return lease;
    }

    /** Whether there is a gate, through which the addresses work only while advertisements leave. Any thread. */
    boolean isInForce() {
        return grant != null;
    }

    /** Whether the set at the gate has another lease than it should. */
    boolean isOutdated() {
        return grant != null && renewed != lease;
    }

    /**
     * The gate was built for it. What was granted before may be lost with that.
     *
     * @param by null if there is no gate
     * @param millis what an advertisement renews
     */
    void built(@Nullable NftGrant by, long millis) {
        renewed = millis;
        grant = by;
        granted = false; // At last: if the loop grants once too often, that does no harm.
    }

    /** It was shut; the next advertisement of a MASTER opens it. */
    void shut() {
        serving = false;
        granted = false;
    }

    /** The addresses are about to be bound. */
    void serves() {
        serving = true;
    }

    /** For how many more milliseconds the last advertisement lets the addresses through; 0 if it does not. */
    long left(long now) {
        long last = advertisedAt;
        return last == NEVER || !serving ? 0 : Math.max(0, lease - TimeUnit.NANOSECONDS.toMillis(now - last));
    }

    /** Whether the loop has to let them through again. */
    boolean isShut() {
        return !granted;
    }

    /** Tells whoever asks why the addresses are not guarded though they should be. Tells each reason once. */
    void trouble(String why) {
        if (!why.equals(trouble)) {
            trouble = why;
            listener.unguarded(why);
        }
    }

    /** A MASTER is about to advertise. On the loop; allocates nothing. */
    void advertising(long now, long nanos) {
        asked = true;
        interval(nanos);
        serving = true;
        var by = grant;
        if (by != null && (!granted || isOld(now))) {
            grant(by);
        }
    }

    private void grant(NftGrant by) {
        granted = true; // First: a worker that shuts or builds the gate meanwhile unsets it after that.
        if (by.send(lease) != 0) {
            granted = false;
        }
    }

    private boolean isOld(long now) {
        return now - advertisedAt > TimeUnit.MILLISECONDS.toNanos(lease / 2);
    }

    /** An advertisement of a MASTER has left, by itself or by a relay. On the loop; allocates nothing. */
    void advertised(long now) {
        advertisedAt = now;
        boolean own = asked;
        asked = false;
        var by = own ? grant : null; // What was relayed may be long ago, and a bow-out among it.
        // It may have renewed nothing, or only what the set has, which will have the right lease a moment later.
        if (by != null && (!advertisementsRenew || renewed != lease)) {
            grant(by);
        }
    }

    /**
     * A MASTER has said its last word, which shut the gate. On the loop.
     *
     * @param answers whether the addresses work, for the sake of clients, until they are unbound: when the successor has them
     */
    void handsOver(boolean answers) {
        advertisedAt = NEVER;
        var by = answers ? grant : null;
        if (by != null) {
            by.send(HANDOVER_MILLIS);
        }
    }
}
