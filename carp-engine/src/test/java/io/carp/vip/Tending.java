// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import java.io.IOException;

/** Lets tests of other packages do what the thread carp-lease does, without waiting for its tick. */
public final class Tending {
    private Tending() {}

    /** One look at everything, as if the kernel had told of a change. */
    public static void now(NetlinkBinder binder) throws IOException {
        var changes = new Changes();
        changes.overrun();
        binder.tend(changes);
    }

    /** A burst of renewals, due or not. */
    public static void renew(NetlinkBinder binder) throws IOException {
        binder.tend(true, new Changes());
    }
}
