// SPDX-License-Identifier: Apache-2.0
package io.carp;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Something that an operator should look at. It belongs to a virtual host, or to the node if a bundle has registered it
 * as a service.
 */
@ProviderType
public interface Finding {
    /** A stable word for programs, such as {@code address-in-use}. */
    String code();

    /** What was found and what to do, for a person. */
    String text();

    /** Since when it has been found, by the wall clock. */
    Instant since();
}
