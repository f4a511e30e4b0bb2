// SPDX-License-Identifier: Apache-2.0
package io.carp;

import java.net.InetAddress;
import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/** A node heard with a valid advertisement. */
@ProviderType
public interface Peer {
    /** The source address of its advertisements. */
    InetAddress address();

    /** The advbase it advertised last, 0..255, in seconds. */
    int advbase();

    /** The advskew it advertised last, 0..255, in 1/256 s. */
    int advskew();

    /** When it was last heard, by the wall clock. */
    Instant lastHeard();
}
