// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the kernel that it works off by itself (io_uring). What is linked behind a timeout runs in the thread that
 * submitted it, wherever that thread is: parked for the garbage collector it is woken inside the kernel, without a line of
 * Java; stopped, frozen or killed it is not. So a ring has one thread, which opens, uses and closes it. Submitting
 * allocates nothing. The layout is that of 64-bit Linux.
 */
public final class Ring implements AutoCloseable {
    /** How many requests may be submitted at once; a power of two. */
    static final int ENTRIES = 1024;

    /** struct io_uring_sqe */
    static final int REQUEST = 64;

    private static final int NOP = 0;
    private static final int TIMEOUT = 11;
    private static final int TIMEOUT_REMOVE = 12;
    private static final int ETIME_SUCCESS = 1 << 5;
    static final int LINK = 1 << 2;

    private static final int SETUP = 425;
    private static final int ENTER = 426;
    private static final int SETUP_SUBMIT_ALL = 1 << 7;
    private static final int FEATURE_SINGLE_MMAP = 1;
    private static final int FEATURE_NODROP = 1 << 1;
    private static final int FEATURE_CQE_SKIP = 1 << 11;
    private static final int NEEDED = FEATURE_SINGLE_MMAP | FEATURE_NODROP | FEATURE_CQE_SKIP;
    private static final int ENTER_GETEVENTS = 1;
    private static final int CQ_OVERFLOW = 1 << 1;
    /** Each moves two thousand completions. */
    private static final int MOST_ROUNDS = 100;

    // struct io_uring_params
    private static final int PARAMS = 120;
    private static final int SQ_ENTRIES = 0;
    private static final int CQ_ENTRIES = 4;
    private static final int FLAGS = 8;
    private static final int FEATURES = 20;
    private static final int SQ_OFFSETS = 40;
    private static final int CQ_OFFSETS = 80;
    private static final int COMPLETION = 16;

    private static final long SQES = 0x10000000L;

    private static final VarHandle INT = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    /** The chains by their numbers, which their completions carry: what the kernel may still read is not collected. */
    private final List<@Nullable Chain> chains = new ArrayList<>();

    private final int fd;
    private final long ringAddress;
    private final int ringLength;
    private final long requestsAddress;
    private final ByteBuffer ring;
    private final ByteBuffer requests;
    private final int sqHead;
    private final int sqTail;
    private final int sqMask;
    private final int sqFlags;
    private final int cqHead;
    private final int cqTail;
    private final int cqMask;
    private final int cqes;
    private int tail;
    private int waiting;
    private boolean probed;
    private boolean closed;

    private Ring(int fd, ByteBuffer params) throws SystemCallException {
        this.fd = fd;
        this.chains.add(null); // No chain has the number 0.
        int submission = params.getInt(SQ_OFFSETS + 24) + 4 * params.getInt(SQ_ENTRIES);
        int completion = params.getInt(CQ_OFFSETS + 20) + COMPLETION * params.getInt(CQ_ENTRIES);
        this.ringLength = Math.max(submission, completion);
        this.ringAddress = map(ringLength, 0);
        this.requestsAddress = map(ENTRIES * REQUEST, SQES);
        this.ring = at(ringAddress, ringLength);
        this.requests = at(requestsAddress, ENTRIES * REQUEST);
        this.sqHead = params.getInt(SQ_OFFSETS);
        this.sqTail = params.getInt(SQ_OFFSETS + 4);
        this.sqMask = ring.getInt(params.getInt(SQ_OFFSETS + 8));
        this.sqFlags = params.getInt(SQ_OFFSETS + 16);
        int array = params.getInt(SQ_OFFSETS + 24);
        for (int i = 0; i <= sqMask; i++) {
            ring.putInt(array + 4 * i, i);
        }
        this.cqHead = params.getInt(CQ_OFFSETS);
        this.cqTail = params.getInt(CQ_OFFSETS + 4);
        this.cqMask = ring.getInt(params.getInt(CQ_OFFSETS + 8));
        this.cqes = params.getInt(CQ_OFFSETS + 20);
    }

    private long map(int length, long offset) throws SystemCallException {
        long address = LibC.mapShared(fd, length, offset);
        if (address == -1) {
            throw new SystemCallException("mmap of io_uring", LibC.errno());
        }
        return address;
    }

    private static ByteBuffer at(long address, int length) {
        return new Pointer(address).getByteBuffer(0, length).order(ByteOrder.nativeOrder());
    }

    /**
     * Opens a ring for the calling thread, and lets it do something once, which takes less than a millisecond.
     *
     * @throws IOException if there is none here; the message says what to do
     */
    public static Ring open() throws IOException {
        String processor = System.getProperty("os.arch", "");
        if (Native.POINTER_SIZE != 8 || !(processor.equals("amd64") || processor.equals("aarch64"))) {
            throw new IOException("the numbers of the system calls are not known for " + processor);
        }
        var params = new Memory(PARAMS);
        params.bytes().putInt(FLAGS, SETUP_SUBMIT_ALL);
        int fd = (int) LibC.syscall(SETUP, ENTRIES, params);
        if (fd < 0) {
            throw RingRefusal.because(LibC.errno());
        }
        Ring ring = null;
        try {
            if ((params.bytes().getInt(FEATURES) & NEEDED) != NEEDED) {
                throw RingRefusal.tooOld();
            }
            ring = new Ring(fd, params.bytes());
            ring.probe();
            return ring;
        } catch (Throwable e) {
            if (ring == null) {
                LibC.close(fd);
            } else {
                ring.close();
            }
            throw e;
        }
    }

    /** A timeout that counts as a success, and what is linked behind it: what old kernels and strict policies refuse. */
    private void probe() throws IOException {
        var soon = new Memory(16);
        soon.bytes().putLong(8, 1);
        int at = next();
        timeout(at, soon.address(), false, 1);
        requests.put(at + 1, (byte) LINK);
        at = next();
        requests.put(at, (byte) NOP).putLong(at + 32, 1);
        int taken = enter(2);
        Reference.reachabilityFence(soon);
        reap();
        if (taken < 0) {
            throw RingRefusal.because(-taken);
        }
        if (!probed) {
            throw RingRefusal.tooOld();
        }
    }

    /** The place for another request, zeroed, in {@link #requests}. */
    int next() {
        int at = (tail & sqMask) * REQUEST;
        for (int i = 0; i < REQUEST; i += 8) {
            requests.putLong(at + i, 0);
        }
        tail++;
        waiting++;
        return at;
    }

    ByteBuffer requests() {
        return requests;
    }

    /** A timeout at that place. Its end is no failure. */
    void timeout(int at, long timespec, boolean absolute, long userData) {
        requests.put(at, (byte) TIMEOUT)
                .putInt(at + 4, -1)
                .putLong(at + 16, timespec)
                .putInt(at + 24, 1);
        requests.putInt(at + 28, ETIME_SUCCESS | (absolute ? 1 : 0)).putLong(at + 32, userData);
    }

    /** The removal of a timeout, or with a time its putting off, at that place. */
    void change(int at, long target, long timespec, long userData) {
        boolean puts = timespec != 0;
        requests.put(at, (byte) TIMEOUT_REMOVE).putInt(at + 4, -1).putLong(at + 16, target);
        requests.putLong(at + 8, timespec).putInt(at + 28, puts ? 3 : 0).putLong(at + 32, userData);
    }

    /** Submits what was put. Returns how much of it the kernel has taken: the rest it never takes. */
    int submit() {
        return Math.max(0, enter(0));
    }

    /** Returns how many requests were taken, or a negative error number. */
    private int enter(int completions) {
        INT.setRelease(ring, sqTail, tail);
        int count = waiting;
        waiting = 0;
        long taken = LibC.syscall(ENTER, fd, count, completions, completions > 0 ? ENTER_GETEVENTS : 0);
        int result = taken < 0 ? -LibC.errno() : (int) taken;
        if (result < count) {
            tail = (int) INT.getAcquire(ring, sqHead); // Or it would be submitted with whatever comes next.
            INT.setRelease(ring, sqTail, tail);
        }
        return result;
    }

    /** Tells the chains what has been done. */
    void reap() {
        tell();
        // What found no room in the ring waits behind it: hundreds of chains, in a long pause.
        for (int round = 0; round < MOST_ROUNDS && hasMore(); round++) {
            LibC.syscall(ENTER, fd, 0, 0, ENTER_GETEVENTS);
            tell();
        }
    }

    private boolean hasMore() {
        return ((int) INT.getOpaque(ring, sqFlags) & CQ_OVERFLOW) != 0;
    }

    private void tell() {
        int head = ring.getInt(cqHead);
        int end = (int) INT.getAcquire(ring, cqTail);
        while (head != end) {
            int at = cqes + (head & cqMask) * COMPLETION;
            completed(ring.getLong(at), ring.getInt(at + 8));
            head++;
        }
        INT.setRelease(ring, cqHead, head);
    }

    private void completed(long userData, int result) {
        if (userData == 1) {
            probed = result == 0;
            return;
        }
        int number = (int) (userData >>> 32);
        var chain = number < chains.size() ? chains.get(number) : null;
        if (chain != null) {
            chain.completed((int) userData, result);
        }
    }

    /** A number for a chain; never 0. */
    int register(Chain chain) {
        int free = chains.subList(1, chains.size()).indexOf(null) + 1;
        if (free > 0) {
            chains.set(free, chain);
            return free;
        }
        chains.add(chain);
        return chains.size() - 1;
    }

    void forget(int number) {
        chains.set(number, null);
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends whatever is still waited for. Nothing is sent any more when this has returned. */
    @Override
    public void close() {
        if (!closed) {
            for (var chain : chains) {
                if (chain != null) {
                    chain.cancel();
                }
            }
            closed = true;
            LibC.unmap(ringAddress, ringLength);
            LibC.unmap(requestsAddress, ENTRIES * REQUEST);
            LibC.close(fd);
        }
    }
}
