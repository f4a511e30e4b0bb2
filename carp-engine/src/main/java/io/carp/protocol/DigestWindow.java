// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static io.carp.protocol.Step.NEVER;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Secret and addresses are part of the digest, so an edit would make the nodes of a group deaf to each other until the
 * last one is edited. Therefore the former digest is still accepted for a window of time after an edit, and still sent
 * for the first half of the window. This way a group can be edited node by node, in any order.
 *
 * <p>A further edit within that first half does not change what is sent, since the edit before it may have been a slip
 * that no peer ever knew. Its digest is accepted nevertheless, since a peer may have taken that edit over.
 *
 * <p>The digests belong to the window: each is wiped as soon as it is neither sent nor accepted any more.
 */
final class DigestWindow {
    /** How many former digests are kept at most, so that refusing a foreign packet stays cheap. */
    private static final int MOST = 8;

    /** A digest that an edit has replaced. */
    private record Former(AdvertisementDigest digest, long acceptUntil) {}

    /**
     * The older ones come first. They are read by index only, because an iterator would be allocated for each
     * advertisement.
     */
    private final List<Former> formers = new ArrayList<>();

    private AdvertisementDigest current;
    private @Nullable AdvertisementDigest sentBefore;
    private long sendBeforeUntil;

    DigestWindow(AdvertisementDigest current) {
        this.current = current;
    }

    /** Returns whether the next digest signs or accepts anything that the current one does not. */
    boolean change(AdvertisementDigest next, long overlapNanos, long now) {
        AdvertisementDigest before = current;
        if (next == before) {
            return false;
        }
        current = next;
        if (next.sameAs(before)) {
            before.wipe(); // One of the two is enough, and it is the newer one that the caller knows.
            return false;
        }
        expire(now);
        AdvertisementDigest sent = sentBefore;
        AdvertisementDigest kept = keep(before, now + overlapNanos);
        sentBefore = sent == null ? kept : keep(sent, now + overlapNanos);
        sendBeforeUntil = now + overlapNanos / 2;
        while (formers.size() > MOST) {
            formers.remove(0).digest.wipe();
        }
        expire(now);
        return true;
    }

    /** Returns the digest that is kept: an equal one that was there already, or this one. */
    private AdvertisementDigest keep(AdvertisementDigest digest, long acceptUntil) {
        AdvertisementDigest kept = digest;
        for (int i = formers.size() - 1; i >= 0; i--) {
            AdvertisementDigest former = formers.get(i).digest;
            if (former != digest && former.sameAs(digest)) {
                digest.wipe();
                kept = former;
            }
            if (former == kept) {
                formers.remove(i);
            }
        }
        formers.add(new Former(kept, acceptUntil));
        return kept;
    }

    /** Wipes what is not needed any more. The loop goes by index, so that it allocates nothing. */
    void expire(long now) {
        if (sentBefore != null && now - sendBeforeUntil >= 0) {
            sentBefore = null; // It goes on being accepted.
        }
        for (int i = formers.size() - 1; i >= 0; i--) {
            if (now - formers.get(i).acceptUntil >= 0) {
                formers.remove(i).digest.wipe();
            }
        }
    }

    /** When the next digest has to be wiped; {@link Step#NEVER} if there is none to wipe. */
    long expiry() {
        long first = NEVER;
        for (int i = 0; i < formers.size(); i++) {
            first = Step.earlier(first, formers.get(i).acceptUntil);
        }
        return first;
    }

    /** Wipes all of them, for good. */
    void wipe() {
        formers.forEach(former -> former.digest.wipe());
        formers.clear();
        sentBefore = null;
        current.wipe();
    }

    AdvertisementDigest sending(long now) {
        expire(now);
        return sentBefore != null ? sentBefore : current;
    }

    /** How the packet is signed, by that of the digests which believes it most. */
    Signed judge(ByteBuffer packet, InetAddress source, SealMarks marks, long now) {
        expire(now);
        Signed best = current.judge(packet, source, marks);
        for (int i = formers.size() - 1; i >= 0 && best.flaw() != null; i--) {
            best = Signed.better(best, formers.get(i).digest.judge(packet, source, marks));
        }
        return best;
    }

    /** Whether a seal has to be there and new, by the latest edit. */
    boolean requiresSeal() {
        return current.seal().policy() == Seal.Policy.REQUIRE;
    }
}
