// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import io.carp.spi.Relay;
import java.nio.ByteBuffer;
import java.util.function.ToIntFunction;

/** What the kernel of a simulated node sends while its process stands still. */
public final class SimulatedRelay implements Relay {
    private static final int MOST = 340;

    private final SimulatedLoop loop;
    private final ToIntFunction<ByteBuffer> send;
    private byte[][] packets = {};
    private long interval;
    private int begun;
    private int left;
    /** Which arming, or putting off, counts. */
    private int armed;

    /** Set by a test: why there is none. */
    public String refusal = "";

    /** @param send returns an error number */
    public SimulatedRelay(SimulatedLoop loop, ToIntFunction<ByteBuffer> send) {
        this.loop = loop;
        this.send = send;
    }

    @Override
    public String refusal() {
        return refusal;
    }

    @Override
    public int most() {
        return MOST;
    }

    @Override
    public int arm(ByteBuffer signed, int length, long firstNanos, long intervalNanos) {
        int before = cancel();
        left = 0;
        begun = 0;
        packets = new byte[refusal.isEmpty() ? Math.min(MOST, signed.remaining() / length) : 0][length];
        for (int k = 0; k < packets.length; k++) {
            signed.get(signed.position() + k * length, packets[k]);
        }
        interval = intervalNanos;
        next(firstNanos);
        return before;
    }

    private void next(long at) {
        int arming = armed;
        if (begun < packets.length) {
            loop.kernelAt(at, () -> fire(arming));
        }
    }

    private void fire(int arming) {
        if (arming == armed) {
            boolean sent = send.applyAsInt(ByteBuffer.wrap(packets[begun])) == 0;
            begun++;
            left = sent ? begun : left;
            next(loop.nanoTime() + interval);
        }
    }

    @Override
    public boolean isArmed() {
        return begun < packets.length;
    }

    @Override
    public boolean putOff(long firstNanos) {
        if (begun > 0 || packets.length == 0) {
            return false;
        }
        armed++;
        next(firstNanos);
        return true;
    }

    @Override
    public int left() {
        return left;
    }

    @Override
    public int cancel() {
        armed++;
        begun = packets.length;
        return left;
    }
}
