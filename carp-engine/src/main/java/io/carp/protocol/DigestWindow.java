// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Pass and addresses are part of the digest, so an edit would make the nodes of a group deaf to each other until the
 * last one is edited. For a window after an edit both digests are accepted, and for its first half the one of before
 * goes on being sent: so a group can be edited node by node, in any order.
 */
final class DigestWindow {
    private AdvertisementDigest current;
    private @Nullable AdvertisementDigest previous;
    private long sendPreviousUntil;
    private long acceptPreviousUntil;

    DigestWindow(AdvertisementDigest current) {
        this.current = current;
    }

    void change(AdvertisementDigest next, long overlapNanos, long now) {
        if (next.sameAs(current)) {
            return;
        }
        previous = sending(now); // With a second edit in the window the peers still know what we send.
        current = next;
        sendPreviousUntil = now + overlapNanos / 2;
        acceptPreviousUntil = now + overlapNanos;
    }

    AdvertisementDigest sending(long now) {
        return previous != null && now - sendPreviousUntil < 0 ? previous : current;
    }

    boolean verify(ByteBuffer packet, long now) {
        return current.verify(packet) || (previous != null && now - acceptPreviousUntil < 0 && previous.verify(packet));
    }
}
