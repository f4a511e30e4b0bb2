// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Tells which virtual hosts the service property {@code carp.name} of a bundle's service means. */
public final class Selection {
    private Selection() {}

    /** Whether the property means the virtual host. If it is absent, it means all. */
    public static boolean concerns(@Nullable Object names, String host) {
        if (names instanceof Object[] array) {
            return Arrays.asList(array).contains(host);
        }
        if (names instanceof Collection<?> collection) {
            return collection.contains(host);
        }
        return names == null || names.equals(host);
    }
}
