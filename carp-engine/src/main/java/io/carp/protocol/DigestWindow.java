// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Pass and addresses are part of the digest, so an edit would make the nodes of a group deaf to each other until the
 * last one is edited. For a window after an edit the digest of before is accepted, too, and for its first half it goes
 * on being sent: so a group can be edited node by node, in any order.
 *
 * <p>Each edit has a window of its own, also while that of an earlier one is open: a peer that has seen only the first
 * of two edits sends, in the second half of its window, what was current between them.
 */
final class DigestWindow {
    /** So many digests of before at most, that a packet which is none of ours stays cheap to refuse. */
    private static final int MOST = 8;

    /** A digest that an edit has replaced. */
    private record Former(AdvertisementDigest digest, long sendUntil, long acceptUntil) {}

    /** The older ones first. By index only: they are asked for each advertisement. */
    private final List<Former> formers = new ArrayList<>();

    private AdvertisementDigest current;

    DigestWindow(AdvertisementDigest current) {
        this.current = current;
    }

    void change(AdvertisementDigest next, long overlapNanos, long now) {
        if (next.sameAs(current)) {
            return;
        }
        formers.removeIf(former -> now - former.acceptUntil >= 0);
        if (formers.size() == MOST) {
            formers.remove(0);
        }
        formers.add(new Former(current, now + overlapNanos / 2, now + overlapNanos));
        current = next;
    }

    /** The newest that the peers have had half a window to learn. */
    AdvertisementDigest sending(long now) {
        AdvertisementDigest newest = current;
        for (int i = formers.size() - 1; i >= 0 && now - formers.get(i).sendUntil < 0; i--) {
            newest = formers.get(i).digest;
        }
        return newest;
    }

    boolean verify(ByteBuffer packet, long now) {
        if (current.verify(packet)) {
            return true;
        }
        for (int i = formers.size() - 1; i >= 0; i--) {
            Former former = formers.get(i);
            if (now - former.acceptUntil < 0 && former.digest.verify(packet)) {
                return true;
            }
        }
        return false;
    }
}
