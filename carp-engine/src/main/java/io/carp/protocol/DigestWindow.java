// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pass and addresses are part of the digest, so an edit would make the nodes of a group deaf to each other until the
 * last one is edited. For a window after an edit the digest of before is accepted, too, and for its first half it goes
 * on being sent: so a group can be edited node by node, in any order.
 *
 * <p>Further edits in that first half go on with what is sent: the one between may have been a slip that no peer ever
 * knew. But it is accepted like the others, for a peer may be slower.
 */
final class DigestWindow {
    /** So many digests of before at most, that a packet which is none of ours stays cheap to refuse. */
    private static final int MOST = 8;

    /** A digest that an edit has replaced. */
    private record Former(AdvertisementDigest digest, long acceptUntil) {}

    /** The older ones first. By index only: they are asked for each advertisement. */
    private final List<Former> formers = new ArrayList<>();

    private AdvertisementDigest current;
    private @Nullable AdvertisementDigest sentBefore;
    private long sendBeforeUntil;

    DigestWindow(AdvertisementDigest current) {
        this.current = current;
    }

    void change(AdvertisementDigest next, long overlapNanos, long now) {
        if (next.sameAs(current)) {
            return;
        }
        AdvertisementDigest sent = sending(now);
        formers.removeIf(former -> now - former.acceptUntil >= 0);
        keep(current, now + overlapNanos);
        keep(sent, now + overlapNanos);
        sentBefore = sent;
        sendBeforeUntil = now + overlapNanos / 2;
        current = next;
    }

    private void keep(AdvertisementDigest digest, long acceptUntil) {
        formers.removeIf(former -> former.digest.sameAs(digest));
        formers.add(new Former(digest, acceptUntil));
        if (formers.size() > MOST) {
            formers.remove(0);
        }
    }

    AdvertisementDigest sending(long now) {
        return sentBefore != null && now - sendBeforeUntil < 0 ? sentBefore : current;
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
