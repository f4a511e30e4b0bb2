// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether another machine claims one of our bound addresses, and what is done about it. This is pure; times
 * come from outside.
 *
 * <p>Nothing counts for the first second, since the former master may be about to release the address. A machine that
 * is heard after that is asked. It may be our successor, for which we are about to release the address, or the other
 * one of two masters at the same moment; in neither case may we draw clients away from it. A machine that is still
 * there a second later is a finding, until it has been silent for a while. Meanwhile the address is announced again and
 * again, but not more often than RFC 5227, 2.4 (c), allows, since neither side would give in.
 */
final class AddressConflict {
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CONFIRM_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long DEFEND_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** How long the silence is after one question without an answer. */
    private static final long SUSPICION_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** How long the silence is after three questions without an answer. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** What is to be done. */
    enum Deed {
        NOTHING,
        /** Ask the link who has the address. */
        PROBE,
        /** Announce the address. */
        DEFEND
    }

    private final long boundAt;
    private boolean asked;
    private byte @Nullable [] rival;
    private long firstHeard;
    private long lastHeard;
    private boolean confirmed;
    private boolean isDefended;
    private long defended;
    private boolean toBeAsked;

    AddressConflict(long boundAt) {
        this.boundAt = boundAt;
    }

    /** Takes note that a machine claims the address. */
    void heard(byte[] mac, long now) {
        if (now - boundAt < GRACE_NANOS) {
            return;
        }
        lastHeard = now;
        if (rival == null) {
            firstHeard = now;
            toBeAsked = true;
        } else if (now - firstHeard >= CONFIRM_NANOS) {
            confirmed = true;
        }
        if (!confirmed || rival == null) {
            rival = mac.clone(); // There is one finding for all claimants, until they are silent.
        }
    }

    /** What to do now. The caller asks about once a second, and does it at once. */
    Deed next(long now) {
        if (!asked && now - boundAt >= GRACE_NANOS) {
            asked = true;
            return Deed.PROBE;
        }
        if (rival == null) {
            return Deed.NOTHING;
        }
        boolean gone = now - lastHeard >= (confirmed ? QUIET_NANOS : SUSPICION_NANOS);
        if (gone) {
            boolean drewClients = !confirmed;
            rival = null;
            confirmed = false;
            toBeAsked = false;
            return drewClients ? defend(now) : Deed.NOTHING;
        }
        if (toBeAsked && (!confirmed || now - defended >= CONFIRM_NANOS)) {
            toBeAsked = false;
            return Deed.PROBE;
        }
        return confirmed ? defend(now) : Deed.NOTHING;
    }

    private Deed defend(long now) {
        if (isDefended && now - defended < DEFEND_NANOS) {
            return Deed.NOTHING;
        }
        isDefended = true;
        defended = now;
        toBeAsked = rival != null;
        return Deed.DEFEND;
    }

    /** The hardware address of the machine that certainly has the address, too; null if there is none. */
    byte @Nullable [] rival() {
        return confirmed && rival != null ? rival.clone() : null;
    }

    /** {@code 02:42:ac:11:00:02}. */
    static String text(byte[] mac) {
        var text = new StringBuilder();
        for (byte each : mac) {
            text.append(text.isEmpty() ? "" : ":");
            text.append(Character.forDigit((each >> 4) & 0xf, 16)).append(Character.forDigit(each & 0xf, 16));
        }
        return text.toString();
    }
}
