// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Packets that the kernel sends by itself from a certain time on, one in each interval, unless that time is put off: a row
 * of timeouts and sends, each linked to the one before. For the thread of its {@link Ring}, and only while its socket is
 * open.
 */
public final class Chain {
    private static final int SENDMSG = 9;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int HARDLINK = 1 << 3;
    private static final int CQE_SKIP_SUCCESS = 1 << 6;
    private static final int ECANCELED = 125;

    // What a completion is of, beside the number of the packet
    private static final int HEAD = 1 << 28;
    private static final int REST = 2 << 28;
    private static final int CHANGE = 3 << 28;
    private static final int KIND = 7 << 28;

    /** Three were never seen in 35 000 tries. */
    private static final int ROUNDS = 100;

    private static final long SECOND = 1_000_000_000;
    private static final int TIMESPEC = 16;
    private static final int TIMES = 4 * TIMESPEC;
    private static final int FIRST = 0;
    private static final int AGAIN = TIMESPEC;
    private static final int MOMENT = 2 * TIMESPEC;
    private static final int PUT_OFF = 3 * TIMESPEC;

    // For each packet and destination: struct msghdr, struct iovec, headers and payload
    private static final int VECTOR = 64;
    private static final int DATA = 80;
    private static final int SLOT = 288;
    /** Ethernet and IPv6. */
    private static final int LONGEST_HEADER = 54;

    private final Ring ring;
    private final int[] sockets;
    private final Destination[] to;
    private final int number;
    private final int room;
    private final Memory memory;
    private final ByteBuffer[] data;
    private int count;
    private long moment;
    private boolean armed;
    private int left;
    private int done;
    private boolean cancelled;
    private boolean begun;

    /**
     * @param socket whose ways these are
     * @param room for how many packets, at most {@link #most}
     */
    public Chain(Ring ring, RawSocket socket, Destination[] to, int room) {
        this.ring = ring;
        this.to = to.clone();
        this.room = room;
        this.sockets = new int[to.length];
        this.memory = new Memory(TIMES + room * to.length * SLOT);
        this.data = new ByteBuffer[room * to.length];
        for (int i = 0; i < data.length; i++) {
            data[i] = memory.bytes().slice(TIMES + i * SLOT + DATA, SLOT - DATA);
        }
        for (int i = 0; i < to.length; i++) {
            sockets[i] = socket.fd(to[i].way());
        }
        this.number = ring.register(this);
    }

    /** How many packets a chain to that many destinations can have: two cancellations are submitted with it. */
    public static int most(int destinations) {
        return (Ring.ENTRIES - 4) / (2 + Math.max(1, destinations));
    }

    /** How long a packet can be. */
    public static int longest() {
        return SLOT - DATA - LONGEST_HEADER;
    }

    public int room() {
        return room;
    }

    /**
     * Arms it with these packets, in place of another chain, in one system call: there is no moment in which neither is
     * armed.
     *
     * @param packets one behind the other, between position and limit; they are copied
     * @param length that of each packet, at most {@link #longest}
     * @param first when the first one leaves, by {@link System#nanoTime}
     * @param interval nanoseconds between two packets
     * @param moment nanoseconds before each send in which it can be cancelled though its time has come: a thread that was
     *     stopped in between gets to run before anything is sent
     * @param before another one, which ends; null if there is none
     * @return whether the kernel took it; if not, nothing is armed
     */
    public boolean arm(ByteBuffer packets, int length, long first, long interval, long moment, @Nullable Chain before) {
        if (armed) {
            throw new IllegalStateException("it is armed");
        }
        this.moment = moment;
        count = Math.min(room, packets.remaining() / length);
        left = 0;
        done = 0;
        begun = false;
        cancelled = false;
        time(FIRST, first - moment);
        time(AGAIN, Math.max(1, interval - moment));
        time(MOMENT, moment);
        int cancellations = before == null ? 0 : before.putCancellations();
        for (int k = 0; k < count; k++) {
            put(k, packets, packets.position() + k * length, length);
        }
        int taken = ring.submit() - cancellations;
        armed = taken > 0;
        if (before != null) {
            before.cancel();
        }
        boolean whole = taken == count * (2 + to.length);
        if (!whole) {
            cancel();
        }
        return whole;
    }

    private void put(int k, ByteBuffer packets, int from, int length) {
        long here = memory.address();
        var requests = ring.requests();
        int at = ring.next();
        ring.timeout(at, here + (k == 0 ? FIRST : AGAIN), k == 0, id(k == 0 ? HEAD : REST));
        // If a timeout is cancelled nothing behind it may be sent: these are no hard links.
        requests.put(at + 1, (byte) (Ring.LINK | CQE_SKIP_SUCCESS));
        at = ring.next();
        ring.timeout(at, here + MOMENT, false, id(REST));
        requests.put(at + 1, (byte) (Ring.LINK | CQE_SKIP_SUCCESS));
        for (int d = 0; d < to.length; d++) {
            boolean last = k == count - 1 && d == to.length - 1;
            at = ring.next();
            requests.put(at, (byte) SENDMSG).put(at + 1, (byte) (last ? 0 : HARDLINK)); // One that fails ends nothing.
            requests.putInt(at + 4, sockets[d]).putLong(at + 16, message(k, d, packets, from, length));
            requests.putInt(at + 24, 1).putInt(at + 28, MSG_DONTWAIT).putLong(at + 32, id(k * to.length + d));
        }
    }

    private long message(int k, int d, ByteBuffer packets, int from, int length) {
        int slot = k * to.length + d;
        int at = TIMES + slot * SLOT;
        long address = memory.address() + at;
        int header = to[d].header().length();
        to[d].header().write(data[slot], length);
        data[slot].put(header, packets, from, length);
        var bytes = memory.bytes();
        bytes.putLong(at, to[d].name()).putInt(at + 8, to[d].nameLength());
        bytes.putLong(at + 16, address + VECTOR).putLong(at + 24, 1);
        bytes.putLong(at + 32, to[d].control()).putLong(at + 40, to[d].controlLength());
        bytes.putLong(at + VECTOR, address + DATA).putLong(at + VECTOR + 8, header + length);
        return address;
    }

    /** Puts the first packet off to that time. Returns false if it is too late: sending has begun. */
    public boolean putOff(long first) {
        ring.reap();
        if (!armed || done > 0 || begun) {
            return false;
        }
        time(PUT_OFF, first - moment);
        ring.change(ring.next(), id(HEAD), memory.address() + PUT_OFF, id(CHANGE));
        begun = ring.submit() == 0;
        ring.reap();
        return !begun;
    }

    /** How many packets have left so far: the last one that did, counted from 1. */
    public int left() {
        if (armed) {
            ring.reap();
        }
        return left;
    }

    /** Whether something may still be sent. */
    public boolean isArmed() {
        if (armed) {
            ring.reap();
        }
        return armed && done < count * to.length;
    }

    /** Ends it: nothing is sent any more when this has returned. Returns how many have left. */
    public int cancel() {
        if (armed && !ring.isClosed()) {
            ring.reap();
            // Once; a chain that is just between two links twice.
            for (int round = 0; isArmed() && !cancelled && round < ROUNDS; round++) {
                putCancellations();
                ring.submit();
                ring.reap();
            }
            armed = isArmed() && !cancelled;
        }
        return left;
    }

    /** Returns how many requests that takes. */
    private int putCancellations() {
        if (!armed) {
            return 0;
        }
        ring.change(ring.next(), id(HEAD), 0, id(0) | KIND);
        ring.change(ring.next(), id(REST), 0, id(0) | KIND);
        return 2;
    }

    /** Ends it, and gives its memory free. */
    public void close() {
        cancel();
        if (!armed) { // Or the kernel refuses to end it, and still reads its memory.
            ring.forget(number);
        }
    }

    void completed(int what, int result) {
        switch (what & KIND) {
            case 0 -> {
                cancelled |= result == -ECANCELED;
                done = result == -ECANCELED ? done : Math.max(done, what + 1);
                if (result >= 0) {
                    left = Math.max(left, what / to.length + 1);
                }
            }
            case HEAD, REST -> cancelled |= result == -ECANCELED;
            case CHANGE -> begun |= result < 0;
            default -> {
                // Of a cancellation itself nothing is to be known.
            }
        }
    }

    private long id(int what) {
        return ((long) number << 32) | (what & 0xffffffffL);
    }

    private void time(int at, long nanoTime) {
        long time = Math.max(1, nanoTime);
        memory.bytes().putLong(at, time / SECOND).putLong(at + 8, time % SECOND);
    }
}
