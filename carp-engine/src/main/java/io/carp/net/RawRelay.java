// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.linux.Chain;
import io.carp.linux.Destination;
import io.carp.linux.RawSocket;
import io.carp.linux.Ring;
import io.carp.spi.Relay;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The relay of one virtual host on a {@link RawLink}: two chains by turns, so that the next one is armed before the last
 * one is cancelled. Loop thread only.
 */
final class RawRelay implements Relay {
    private static final Destination[] NOWHERE = {};

    /** Between two advertisements, and half of it where those are close together. */
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long CLOSE = TimeUnit.MILLISECONDS.toNanos(50);

    private final RelayRing rings;
    private @Nullable RawSocket socket;
    private Destination[] to = NOWHERE;
    private @Nullable Chain armed;
    private @Nullable Chain spare;
    private Destination[] armedTo = NOWHERE;
    private Destination[] spareTo = NOWHERE;

    /** What had left when the last chain was given up. */
    private int left;

    RawRelay(RelayRing rings) {
        this.rings = rings;
    }

    /** Says where advertisements go now. What is armed stays so until other advertisements are. */
    void use(RawSocket socket, Destination[] to) {
        this.socket = socket;
        this.to = to;
    }

    /** Takes everything back, before the socket is closed: its number may belong to another one a moment later. */
    void detach() {
        socket = null;
        to = NOWHERE;
        left = cancel();
        close(armed);
        close(spare);
        armed = null;
        spare = null;
    }

    private static void close(@Nullable Chain chain) {
        if (chain != null) {
            chain.close();
        }
    }

    @Override
    public String refusal() {
        return rings.refusal();
    }

    @Override
    public int most() {
        return socket == null || to.length == 0 ? 0 : Chain.most(to.length);
    }

    @Override
    public int arm(ByteBuffer packets, int length, long firstNanos, long intervalNanos) {
        Ring ring = rings.open();
        RawSocket through = socket;
        int room = Math.min(packets.remaining() / length, most());
        if (ring == null || through == null || room == 0 || length > Chain.longest()) {
            return giveUp();
        }
        if (spare == null || spareTo != to || spare.room() < room || spare.isArmed()) {
            close(spare);
            spare = new Chain(ring, through, to, room);
            spareTo = to;
        }
        Chain next = spare;
        Chain before = armed;
        long moment = intervalNanos < CLOSE ? MOMENT / 2 : MOMENT;
        next.arm(packets, length, firstNanos, intervalNanos, moment, before);
        Destination[] former = armedTo;
        armed = next;
        armedTo = spareTo;
        spare = before;
        spareTo = former;
        int leftBefore = before == null ? left : before.cancel();
        left = 0;
        return leftBefore;
    }

    /** What is there cannot be replaced, and nothing more of it leaves. */
    private int giveUp() {
        int before = cancel();
        close(armed);
        armed = null;
        left = 0;
        return before;
    }

    @Override
    public boolean isArmed() {
        return armed != null && armed.isArmed() && armedTo == to;
    }

    @Override
    public boolean putOff(long firstNanos) {
        return armed != null && armed.putOff(firstNanos);
    }

    @Override
    public int left() {
        return armed == null ? left : armed.left();
    }

    @Override
    public int cancel() {
        return armed == null ? left : armed.cancel();
    }
}
