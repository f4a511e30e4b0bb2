// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.mastership.Reign.Clearance;
import io.carp.script.ScriptContext;
import io.carp.spi.Addresses;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What the worker of the addresses does and has done, and its next deed. */
final class AddressWork {
    private Deed.@Nullable OnAddresses busy;

    /** For whom it is binding or unbinding right now. */
    private @Nullable Reign changing;

    /** Who has the addresses. */
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

    /** Whether this mastership has the addresses, and nobody is about to take them from it. */
    boolean serves(Reign reign) {
        return reign.equals(bound) && !reign.bindFailed && changing == null;
    }

    /** Whether it has them, or may have in a moment. */
    boolean concerns(Reign reign) {
        return reign.equals(bound) || reign.equals(changing);
    }

    /** Whether nobody has them, and nobody is about to. */
    boolean isReleased() {
        return bound == null && changing == null;
    }

    /** Whether a lost mastership still has them, so that whoever succeeds it can have them first. */
    boolean isHandingOver() {
        return bound != null && bound.isLost() && busy == null;
    }

    /** Whether a lost mastership has them, or may have them in a moment. */
    boolean isLettingGo() {
        return (bound != null && bound.isLost()) || (changing != null && changing.isLost());
    }

    /** Somebody else has them now, or is about to. */
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
     * The deed is done.
     *
     * @return for whom it was, if it was a bind or an unbind
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
            // What fails otherwise may have bound a part: unbind will tell.
            bound = failure instanceof IOException ? null : of;
        } else if (deed instanceof Deed.Unbind) {
            bound = null;
        }
        return of;
    }

    /** For a person. */
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
