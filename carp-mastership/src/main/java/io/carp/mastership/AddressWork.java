// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.mastership.Reign.Clearance;
import io.carp.script.ScriptContext;
import io.carp.spi.Addresses;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What the worker of the addresses does and has done, and what it does next. */
final class AddressWork {
    private Deed.@Nullable OnAddresses busy;

    /** The mastership for which it is binding or unbinding right now. */
    private @Nullable Reign changing;

    /** The mastership that has the addresses. */
    private @Nullable Reign bound;

    private boolean lookWanted;
    private @Nullable Addresses edited;
    private boolean forgetWanted;
    private boolean announceWanted;

    void look() {
        lookWanted = true;
    }

    void edit(Addresses addresses) {
        edited = addresses;
    }

    void forget() {
        forgetWanted = true;
    }

    void announce() {
        announceWanted = true;
    }

    /** Whether this mastership has the addresses, and they are not about to be taken from it. */
    boolean serves(Reign reign) {
        return reign.equals(bound) && !reign.bindFailed && changing == null;
    }

    /** Whether this mastership has the addresses, or may have them in a moment. */
    boolean concerns(Reign reign) {
        return reign.equals(bound) || reign.equals(changing);
    }

    /** Whether no mastership has the addresses, and none is about to get them. */
    boolean isReleased() {
        return bound == null && changing == null;
    }

    /** Whether a lost mastership still has the addresses, so that its successor can bind them first. */
    boolean isHandingOver() {
        return bound != null && bound.isLost() && busy == null;
    }

    /** Whether a lost mastership has the addresses, or may have them in a moment. */
    boolean isLettingGo() {
        return (bound != null && bound.isLost()) || (changing != null && changing.isLost());
    }

    /** Says that another node has the addresses now, or is about to bind them. */
    void succeeded(long releaseAt) {
        Reign owner = changing == null ? bound : changing;
        if (owner != null && owner.isLost()) {
            owner.releaseAt = Deadlines.earlier(owner.releaseAt, releaseAt);
        }
    }

    /** When the addresses of a lost mastership are released. */
    long deadline() {
        return bound != null && busy == null && bound.isLost() ? bound.releaseAt : Decision.NEVER;
    }

    boolean isBusy() {
        return busy != null;
    }

    /**
     * The next deed, if it is idle and there is one.
     *
     * @param reign the wish
     * @param leaving whether the wish is about to become another one
     */
    Deed.@Nullable OnAddresses next(@Nullable Reign reign, boolean leaving, long now) {
        if (busy == null) {
            busy = choose(reign, leaving, now);
            return busy;
        }
        return null;
    }

    private Deed.@Nullable OnAddresses choose(@Nullable Reign reign, boolean leaving, long now) {
        Reign owner = bound;
        if (owner != null && owner.end != null) {
            return Deadlines.isPast(owner.releaseAt, now) ? unbind(owner, Reign.occasion(owner.end)) : null;
        }
        if (forgetWanted) {
            forgetWanted = false;
            return new Deed.Forget();
        }
        Addresses edit = edited;
        if (edit != null) {
            edited = null;
            return new Deed.Update(edit);
        }
        if (lookWanted) {
            lookWanted = false;
            return new Deed.Look();
        }
        if (reign == null || leaving || reign.bindFailed) {
            return null;
        }
        if (owner == null && reign.clearance == Clearance.GIVEN) {
            changing = reign;
            return new Deed.Bind(reign.number, Reign.occasion(reign.begin));
        }
        if (owner != null && announceWanted) {
            announceWanted = false;
            return new Deed.Announce();
        }
        return null;
    }

    private Deed.OnAddresses unbind(Reign owner, ScriptContext why) {
        changing = owner;
        return new Deed.Unbind(owner.number, why);
    }

    /**
     * Says that the deed is done.
     *
     * @return the mastership that it was for, if it was a bind or an unbind
     */
    @Nullable
    Reign done(@Nullable Throwable failure) {
        Deed.OnAddresses deed = busy;
        Reign of = changing;
        busy = null;
        changing = null;
        if (deed instanceof Deed.Bind && of != null) {
            of.bindFailed = failure != null;
            announceWanted = failure == null;
            // After another failure a part may be bound; the unbind will show it.
            bound = failure instanceof IOException ? null : of;
        } else if (deed instanceof Deed.Unbind) {
            bound = null;
        }
        return of;
    }

    /** The failure as a sentence for a person. */
    static IOException inWords(Throwable e) {
        return e instanceof IOException known ? known : new IOException("the binder failed: " + e, e);
    }

    /** Such as {@code bound 1, unbind 1}. */
    @Override
    public String toString() {
        return (bound == null ? "released" : "bound " + bound.number)
                + (busy == null ? "" : ", " + busy)
                + (announceWanted ? ", to announce" : "")
                + (lookWanted ? ", to look" : "")
                + (edited == null ? "" : ", to update")
                + (forgetWanted ? ", to forget" : "");
    }
}
