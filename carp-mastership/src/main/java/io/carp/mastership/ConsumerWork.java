// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the worker of the consumers does and has done, and what it does next. */
final class ConsumerWork {
    /** From being told to hurry to being given up: whoever was interrupted needs a moment to come back. */
    private static final long GRACE_NANOS = 1_000_000_000L;

    private Deed.@Nullable OnConsumers busy;

    /** The mastership that consumers know of. They are told its end before they are told the next one. */
    private @Nullable Reign known;

    private boolean registered;

    /** When whoever is being called should have returned; NEVER when that has been said. */
    private long overrunsAt = Decision.NEVER;

    /** When nobody should wait any more for whoever is being called; NEVER as long as it has not overrun. */
    private long overdueAt = Decision.NEVER;

    /** Those that nobody waits for, and that have not come back. Equal ones are not the same. */
    private final Set<Deed> stuck = Collections.newSetFromMap(new IdentityHashMap<>());

    boolean isBusy() {
        return busy != null;
    }

    /** Whether consumers are being told of this mastership, or have been told and not of its end. */
    boolean concerns(Reign reign) {
        return reign.equals(known);
    }

    /** Whether consumers of this mastership have gone, or never came. */
    boolean areDown(@Nullable Reign reign) {
        return reign == null || !concerns(reign) || (busy == null && !registered);
    }

    /** Whether so few of them hang that they may be told of another mastership. */
    boolean hasRoom() {
        return stuck.size() < Stuck.MOST;
    }

    /**
     * The next deed, if it is idle and there is one.
     *
     * @param reign the wish
     * @param leaving whether it is about to be given up
     * @param patience how long whoever is called may take, in nanoseconds
     */
    Deed.@Nullable OnConsumers next(
            @Nullable Reign reign, boolean leaving, AddressWork addresses, long now, long patience) {
        if (busy != null) {
            return null;
        }
        busy = choose(reign, leaving, addresses);
        if (busy != null) {
            overrunsAt = now + patience;
            overdueAt = Decision.NEVER;
        }
        return busy;
    }

    private Deed.@Nullable OnConsumers choose(@Nullable Reign reign, boolean leaving, AddressWork addresses) {
        Reign told = known;
        if (told != null && registered && (leaving || !told.equals(reign) || told.bindFailed)) {
            return new Deed.Unregister(told.number);
        }
        if (told != null && told.end != null) {
            Saying.Event end = told.end;
            return addresses.concerns(told) ? null : new Deed.Release(told.number, end.host(), end.why());
        }
        if (reign == null || leaving || !hasRoom()) {
            return null;
        }
        if (reign.hooksOwed) {
            known = reign;
            return new Deed.Acquire(reign.number, reign.begin.host());
        }
        if (!reign.told && addresses.serves(reign)) {
            known = reign;
            return new Deed.Register(reign.number, reign.begin.host());
        }
        return null;
    }

    /** Whoever is being called has taken too long, and is told so, once. */
    void hurry(long now, List<Saying> say) {
        if (busy != null && overrunsAt != Decision.NEVER) {
            overrunsAt = Decision.NEVER;
            overdueAt = now + GRACE_NANOS;
            say.add(new Saying.Overran());
        }
    }

    /** @param patience after which it is said again that nobody should wait, if whoever is to be called was not yet */
    void passDeadlines(long now, long patience, List<Saying> say) {
        Reign of = known;
        if (busy instanceof Deed.Acquire && of != null && Deadlines.isPast(of.patienceEnds, now)) {
            Clearing.overran(of);
            hurry(now, say); // Nobody else would stop the hook.
        }
        if (Deadlines.isPast(overrunsAt, now)) {
            hurry(now, say);
        }
        if (busy != null && Deadlines.isPast(overdueAt, now)) {
            overdueAt = now + patience;
            say.add(new Saying.Overdue(busy));
        }
    }

    /** When somebody has taken too long. */
    long deadline() {
        Reign of = known;
        if (busy == null) {
            return Decision.NEVER;
        }
        long late = Deadlines.earlier(overrunsAt, overdueAt);
        return busy instanceof Deed.Acquire && of != null ? Deadlines.earlier(of.patienceEnds, late) : late;
    }

    /** Whether this very deed is under way, and somebody waits for it. */
    boolean isDoing(Deed deed) {
        return isSame(deed, busy);
    }

    @SuppressWarnings("ReferenceEquality") // The same may be wished for again while the first still hangs.
    private static boolean isSame(Deed deed, @Nullable Deed other) {
        return deed == other;
    }

    /**
     * Nobody waits any more for what is under way: it counts as done.
     *
     * @return whom it was for
     */
    @Nullable
    Reign abandon() {
        if (busy != null) {
            stuck.add(busy);
        }
        return done();
    }

    /** Whether this one had been given up, and has come back now. */
    boolean cameBack(Deed deed) {
        return stuck.remove(deed);
    }

    /**
     * Says that the deed is done.
     *
     * @return the mastership that it was for
     */
    @Nullable
    Reign done() {
        Deed.OnConsumers deed = busy;
        Reign of = known;
        busy = null;
        if (deed instanceof Deed.Acquire && of != null) {
            of.hooksOwed = false;
        } else if (deed instanceof Deed.Register && of != null) {
            of.told = true;
            registered = true; // This is set even if it failed, since a part of it may have happened.
        } else if (deed instanceof Deed.Unregister && of != null) {
            registered = false;
            of.told = of.isLost(); // A virtual host that was asked to leave may stay after all.
        } else if (deed instanceof Deed.Release) {
            known = null;
        }
        return of;
    }

    /** Such as {@code registered 1, unregister 1, stuck [acquire 1]}. */
    @Override
    public String toString() {
        return (known == null ? "unknown" : (registered ? "registered " : "known ") + known.number)
                + (busy == null ? "" : ", " + busy)
                + (stuck.isEmpty()
                        ? ""
                        : ", stuck "
                                + stuck.stream().map(Deed::toString).sorted().toList());
    }
}
