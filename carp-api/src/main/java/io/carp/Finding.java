// SPDX-License-Identifier: Apache-2.0
package io.carp;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/** Something an operator should look at: of a virtual host; or of the node, as a service that a bundle of ours registers. */
@ProviderType
public interface Finding {
    /** A stable word for programs, such as {@code address-in-use}. */
    String code();

    /** What was found and what to do, for a person. */
    String text();

    /** Since when, by the wall clock. */
    Instant since();
}
