// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import io.carp.CarpState;
import io.carp.Reason;
import org.osgi.annotation.versioning.ProviderType;

/** The change of state that addresses are bound or released for. Immutable. */
@ProviderType
public interface Change {
    /** The state before. */
    CarpState previous();

    /** The state the virtual host is in, or is about to be in. */
    CarpState state();

    /** Why it changes. */
    Reason reason();
}
