// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import org.osgi.annotation.versioning.ProviderType;

/** Something that was asked for and is no longer wanted. */
@ProviderType
@FunctionalInterface
public interface Cancellable {
    /** Undoes the request; a further or late call does nothing. Call it on the loop thread. */
    void cancel();
}
