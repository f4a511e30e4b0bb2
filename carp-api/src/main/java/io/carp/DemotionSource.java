// SPDX-License-Identifier: Apache-2.0
package io.carp;

import org.osgi.annotation.versioning.ProviderType;

/** One thing that makes this node worth less. */
@ProviderType
public interface DemotionSource {
    /** How much, in 1/256 s of advskew. */
    int amount();

    /** Why, for a person. */
    String reason();

    /** Who says so: the symbolic name of a bundle, or {@code carp} for the engine itself. */
    String owner();
}
