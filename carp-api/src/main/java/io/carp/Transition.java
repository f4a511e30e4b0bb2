// SPDX-License-Identifier: Apache-2.0
package io.carp;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/** One change of state. */
@ProviderType
public interface Transition {
    /** When it happened, by the wall clock. */
    Instant at();

    /** The state before. */
    CarpState from();

    /** The state after. */
    CarpState to();

    /** Why it happened. */
    Reason reason();
}
