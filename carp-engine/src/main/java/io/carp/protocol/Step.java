// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.protocol.Counters.Counter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one input leads to: at most one advertisement, one transition, one announcement and one deadline. It is the same
 * object each time, so the caller performs it before the next input.
 */
public final class Step {
    /** The deadline of a machine that waits for nothing. */
    public static final long NEVER = Long.MAX_VALUE;

    private final ByteBuffer packet = ByteBuffer.allocateDirect(SealTrailer.END);
    private boolean sends;
    private boolean announces;
    private boolean hearsMaster;
    private CarpState from = CarpState.INIT;
    private CarpState to = CarpState.INIT;
    private Reason reason = Reason.STARTING;
    private long deadline = NEVER;
    private long expiry = NEVER;
    private @Nullable Counter refused;
    private @Nullable Counter doubted;

    void clear() {
        sends = false;
        announces = false;
        hearsMaster = false;
        refused = null;
        doubted = null;
        from = to;
    }

    void transition(CarpState to, Reason reason) {
        this.from = this.to;
        this.to = to;
        this.reason = reason;
    }

    void send(Advertisement advertisement, AdvertisementDigest digest, long epoch, OwnAddresses from) {
        AdvertisementCodec.write(advertisement, digest, epoch, from, packet);
        sends = true;
    }

    void announce() {
        announces = true;
    }

    void hearMaster() {
        hearsMaster = true;
    }

    Step refuse(Counter why) {
        refused = why;
        return this;
    }

    void doubt(@Nullable Counter why) {
        doubted = why;
    }

    void deadline(long deadline) {
        this.deadline = deadline;
    }

    /** When a former secret has to be wiped, whatever else there is to wait for. */
    void expiry(long expiry) {
        this.expiry = expiry;
    }

    /** Which of two times comes first; NEVER is later than all others. */
    static long earlier(long one, long other) {
        return one == NEVER || (other != NEVER && other - one < 0) ? other : one;
    }

    /** Whether {@link #packet()} is to be sent, before anything else. */
    public boolean sends() {
        return sends;
    }

    /** The advertisement to send, between position and limit. */
    public ByteBuffer packet() {
        return packet;
    }

    /** Whether the link is to be told again who holds the virtual IPs. */
    public boolean announces() {
        return announces;
    }

    /** Whether another node said, and proved by its digest, that it is master. */
    public boolean hearsMaster() {
        return hearsMaster;
    }

    /** Whether the state changed. */
    public boolean changes() {
        return from != to;
    }

    /** The state before. */
    public CarpState from() {
        return from;
    }

    /** The state now. */
    public CarpState to() {
        return to;
    }

    /** Why the state changed last. */
    public Reason reason() {
        return reason;
    }

    /** What was wrong with the packet that was received, if it was refused. */
    public @Nullable Counter refused() {
        return refused;
    }

    /** Why the packet that was received would have been refused if a seal were required; null if it would not. */
    public @Nullable Counter doubted() {
        return doubted;
    }

    /** When to call {@code tick}, in the time of the inputs; {@link #NEVER} if not at all. */
    public long deadline() {
        return earlier(deadline, expiry);
    }
}
