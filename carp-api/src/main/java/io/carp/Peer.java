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

    /** Seconds, 0..255, as last advertised. */
    int advbase();

    /** 1/256 s, 0..255, as last advertised. */
    int advskew();

    /** When it was last heard, by the wall clock. */
    Instant lastHeard();
}
