// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import org.jspecify.annotations.Nullable;

/** What the worker of the consumers does and has done, and what it does next. */
final class ConsumerWork {
    private Deed.@Nullable OnConsumers busy;

    /** The mastership that consumers know of. They are told its end before they are told the next one. */
    private @Nullable Reign known;

    private boolean registered;

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

    /** The mastership for which the hooks are being called before its addresses come up. */
    @Nullable
    Reign acquiring() {
        return busy instanceof Deed.Acquire ? known : null;
    }

    /** The mastership for which the hooks are being called after its addresses are gone. */
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

    /** Such as {@code registered 1, unregister 1}. */
    @Override
    public String toString() {
        return (known == null ? "unknown" : (registered ? "registered " : "known ") + known.number)
                + (busy == null ? "" : ", " + busy);
    }
}
