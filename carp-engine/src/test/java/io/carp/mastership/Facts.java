// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import static io.carp.CarpState.MASTER;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What really is bound, registered and told, by the numbers of the masterships; 0 for nothing. */
final class Facts {
    long bound;
    long registered;
    long acquired;
    long toldBegun;
    long toldEnded;

    /** Of the present mastership. */
    boolean bindFailed;

    boolean refused;

    void promoted() {
        bindFailed = false;
        refused = false;
    }

    /**
     * A worker of the consumers is told to do this.
     *
     * @return what is wrong with it; empty for nothing
     */
    String begins(Deed deed) {
        if (deed instanceof Deed.Register register) {
            boolean served = bound == register.mastership() && !bindFailed;
            return registered != 0 ? "registered twice" : served ? "" : "registered without addresses";
        } else if (deed instanceof Deed.Unregister) {
            return registered == 0 ? "unregistered what was not registered" : "";
        } else if (deed instanceof Deed.Release release) {
            boolean bad = bound == release.mastership();
            return bad ? "released though still bound" : registered != 0 ? "released though still registered" : "";
        }
        return "";
    }

    /** Takes note that a worker did its deed. */
    void done(Deed deed, @Nullable Throwable failure) {
        if (deed instanceof Deed.Bind bind) {
            bindFailed = failure != null;
            bound = failure instanceof IOException ? 0 : bind.mastership();
        } else if (deed instanceof Deed.Unbind) {
            bound = 0;
        } else if (deed instanceof Deed.Register register) {
            registered = register.mastership();
        } else if (deed instanceof Deed.Unregister) {
            registered = 0;
        } else if (deed instanceof Deed.Release) {
            acquired = 0;
        } else if (deed instanceof Deed.Acquire acquire) {
            acquired = acquire.mastership();
        }
    }

    /** @return what is wrong with it; empty for nothing */
    String heard(Saying saying) {
        if (saying instanceof Saying.Event event && event.to() == MASTER) {
            toldBegun++;
            return toldBegun == toldEnded + 1 ? "" : "the next beginning was told before the end of the last one";
        } else if (saying instanceof Saying.Event event && event.from() == MASTER) {
            toldEnded++;
            return toldBegun == toldEnded ? "" : "an end was told that has not begun";
        } else if (saying instanceof Saying.BeforeFailed) {
            refused = true;
        }
        return "";
    }
}
