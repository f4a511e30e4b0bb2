// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import org.jspecify.annotations.Nullable;

/** What the worker of the consumers does and has done, and its next deed. */
final class ConsumerWork {
    private Deed.@Nullable OnConsumers busy;

    /** Which mastership consumers know of; the next one comes after its end. */
    private @Nullable Reign known;

    private boolean registered;

    boolean isBusy() {
        return busy != null;
    }

    /** Whether they are being told of it, or have been and not of its end. */
    boolean concerns(Reign reign) {
        return reign.equals(known);
    }

    /** Whether consumers of this mastership have gone, or never came. */
    boolean areDown(@Nullable Reign reign) {
        return reign == null || !concerns(reign) || (busy == null && !registered);
    }

    /**
     * The next deed, if it is idle and there is one.
     *
     * @param reign the wish
     * @param leaving whether it is about to be given up
     * @param overruns when hooks that are called now, after the addresses are gone, have taken too long
     */
    Deed.@Nullable OnConsumers next(@Nullable Reign reign, boolean leaving, AddressWork addresses, long overruns) {
        if (busy != null) {
            return null;
        }
        busy = choose(reign, leaving, addresses);
        Reign releasing = releasing();
        if (releasing != null) {
            releasing.endOverruns = overruns;
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
        if (reign == null || leaving) {
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

    /** Whom the hooks are being called for since before the addresses. */
    @Nullable
    Reign acquiring() {
        return busy instanceof Deed.Acquire ? known : null;
    }

    /** Whom the hooks are being called for since after the addresses. */
    @Nullable
    Reign releasing() {
        return busy instanceof Deed.Release ? known : null;
    }

    /** When the hooks that are being called have taken too long. */
    long deadline() {
        Reign of = known;
        if (of == null || !(busy instanceof Deed.Acquire || busy instanceof Deed.Release)) {
            return Decision.NEVER;
        }
        return busy instanceof Deed.Acquire ? of.patienceEnds : of.endOverruns;
    }

    /**
     * The deed is done.
     *
     * @return whom it was for
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
            registered = true; // Even if it failed: then in whatever shape it is.
        } else if (deed instanceof Deed.Unregister && of != null) {
            registered = false;
            of.told = of.isLost(); // Whoever was asked to leave may stay after all.
        } else if (deed instanceof Deed.Release) {
            known = null;
        }
        return of;
    }

    /** Such as {@code registered 1, unregister 1}. */
    @Override
    public String toString() {
        return (known == null ? "unknown" : (registered ? "registered " : "known ") + known.number)
                + (busy == null ? "" : ", " + busy);
    }
}
