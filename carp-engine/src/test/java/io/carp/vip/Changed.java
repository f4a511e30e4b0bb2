// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.spi.Change;

/** What the tests of binders bind and release for. */
public record Changed(CarpState previous, CarpState state, Reason reason) implements Change {
    public static final Change UP = new Changed(CarpState.BACKUP, CarpState.MASTER, Reason.MASTER_TIMED_OUT);
    public static final Change DOWN = new Changed(CarpState.MASTER, CarpState.INIT, Reason.LINK_DOWN);
}
