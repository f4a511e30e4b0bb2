// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Something that exists once in this network namespace, and that this process holds until it releases it or dies: the
 * name of a Unix socket in the abstract namespace. A process that comes later is told which one holds it. Nothing here
 * blocks, unless the caller asks to wait.
 *
 * <p>How to use it: {@link #take} it; if it {@link #isHeld}, watch {@link #fd} and call {@link #answer} when that is
 * readable. Any thread may call; the lock inside is held for no longer than a few system calls, which do not wait.
 */
public final class Claim implements AutoCloseable {
    private static final String PREFIX = "\0io.carp/";
    private static final int SO_PEERCRED = 17;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final short POLLIN = 1;
    private static final int BACKLOG = 64;
    /** How many questions are answered in a row, before other work of that thread gets its turn. */
    private static final int BURST = 16;

    private static final int LONGEST_PLACE = 256;
    /** After how many tries in vain the holder is asked again, since it may be another process by now. */
    private static final int TRIES_PER_QUESTION = 10;

    private final Memory address;
    private final int addressLength;
    private int fd = -1;
    private boolean held;
    private boolean closed;
    private int question = -1;
    private int tries;
    private @Nullable Neighbour known;

    /** @param name what is claimed, such as {@code vhid/7@eth0}; at most 90 bytes */
    public Claim(String name) {
        byte[] path = (PREFIX + name).getBytes(StandardCharsets.UTF_8);
        // struct sockaddr_un: the family, then the name, which ends where the length says.
        address = new Memory(2 + path.length);
        address.bytes().putShort((short) LibC.AF_UNIX).put(path);
        addressLength = address.length();
    }

    /**
     * Takes the claim, if no other process holds it; does nothing if this object holds it already. If another object of
     * this process holds it, the answer is null, too, but it is not held: try again later.
     *
     * @param patienceMillis for how long to wait until the holder says where it is at home; with 0 a later try will
     *     know it
     * @return the other process that holds it; null if there is none
     * @throws SystemCallException if this system has no such sockets, or does not let us
     */
    public synchronized @Nullable Neighbour take(int patienceMillis) throws SystemCallException {
        if (held || closed) {
            return null;
        }
        for (int attempt = 0; attempt < 2; attempt++) {
            if (bind()) {
                held = true;
                forget();
                return null;
            }
            Neighbour other = whoHasIt(patienceMillis);
            if (other != null) {
                return unlessOurselves(other);
            }
            // The holder has gone between the two calls.
        }
        return new Neighbour(-1, -1, "");
    }

    /**
     * The other process that holds it, without taking it; null if there is none.
     *
     * @param patienceMillis as {@link #take}
     * @throws SystemCallException as {@link #take}
     */
    public synchronized @Nullable Neighbour holder(int patienceMillis) throws SystemCallException {
        Neighbour other = held || closed ? null : whoHasIt(patienceMillis);
        return other == null ? null : unlessOurselves(other);
    }

    private @Nullable Neighbour unlessOurselves(Neighbour other) {
        if (other.pid() != ProcessHandle.current().pid()) {
            return other;
        }
        forget(); // Another process may hold it the next time.
        return null;
    }

    private boolean bind() throws SystemCallException {
        if (fd < 0) {
            fd = socket();
        }
        if (LibC.bind(fd, address, addressLength) == 0) {
            if (LibC.listen(fd, BACKLOG) == 0) {
                return true;
            }
        } else if (LibC.errno() == LibC.EADDRINUSE) {
            return false;
        }
        int errno = LibC.errno();
        LibC.close(fd);
        fd = -1;
        throw new SystemCallException("claim " + name(), errno);
    }

    private static int socket() throws SystemCallException {
        int fd = LibC.socket(LibC.AF_UNIX, LibC.SOCK_STREAM | LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw new SystemCallException("socket AF_UNIX", LibC.errno());
        }
        return fd;
    }

    /** Returns null if no process holds it any more. */
    private @Nullable Neighbour whoHasIt(int patienceMillis) throws SystemCallException {
        Neighbour before = known;
        if (before != null && question < 0 && tries++ < TRIES_PER_QUESTION) {
            return before;
        }
        if (question < 0) {
            tries = 0;
            question = socket();
            if (LibC.connect(question, address, addressLength) < 0) {
                boolean nobody = LibC.errno() != LibC.EAGAIN;
                forget();
                return nobody ? null : before != null ? before : new Neighbour(-1, -1, "");
            }
            Neighbour asked = credentials();
            boolean same = before != null && before.pid() == asked.pid() && before.user() == asked.user();
            known = same ? before : asked;
        }
        listen(patienceMillis);
        return known;
    }

    private Neighbour credentials() throws SystemCallException {
        // struct ucred: pid, uid, gid; the length of that is kept behind it
        var memory = new Memory(16);
        var credentials = memory.bytes().putInt(12, 12);
        if (LibC.getsockopt(question, LibC.SOL_SOCKET, SO_PEERCRED, memory, 12) < 0) {
            throw new SystemCallException("getsockopt SO_PEERCRED", LibC.errno());
        }
        return new Neighbour(credentials.getInt(0), credentials.getInt(4), "");
    }

    private void listen(int patienceMillis) {
        if (patienceMillis > 0) {
            var pollfd = new Memory(8);
            pollfd.bytes().putInt(question).putShort(POLLIN);
            LibC.poll(pollfd, patienceMillis);
        }
        var place = new Memory(LONGEST_PLACE);
        int length = (int) LibC.recv(question, place, MSG_DONTWAIT);
        if (length < 0 && LibC.errno() == LibC.EAGAIN && tries++ < TRIES_PER_QUESTION) {
            return; // The answer may come yet.
        }
        LibC.close(question);
        question = -1;
        tries = 0;
        Neighbour asked = known;
        if (length > 0 && asked != null) {
            byte[] text = new byte[length];
            place.bytes().get(0, text);
            // The other process may be anybody's, and what it says goes into a log.
            String clean = new String(text, StandardCharsets.UTF_8).replaceAll("[^\\p{Print}]", "?");
            known = new Neighbour(asked.pid(), asked.user(), clean);
        }
    }

    private void forget() {
        known = null;
        if (question >= 0) {
            LibC.close(question);
            question = -1;
        }
    }

    /** Whether this object holds the claim. */
    public synchronized boolean isHeld() {
        return held;
    }

    /** The descriptor to watch while the claim is held. It is readable when another process asks. */
    public synchronized int fd() {
        return fd;
    }

    /**
     * Tells all processes that ask where this one is at home.
     *
     * @return false if they cannot be answered and should not be listened to any more
     */
    public synchronized boolean answer() {
        for (int n = 0; n < BURST && held; n++) {
            int asking = LibC.accept4(fd, LibC.SOCK_NONBLOCK | LibC.SOCK_CLOEXEC);
            if (asking < 0) {
                int errno = LibC.errno();
                // If there is no descriptor to spare, the same question would keep this one readable for ever.
                return errno == LibC.EAGAIN || errno == LibC.EINTR || errno == LibC.ECONNABORTED;
            }
            var place = new Memory(LONGEST_PLACE);
            byte[] text = home().getBytes(StandardCharsets.UTF_8);
            int length = Math.min(text.length, LONGEST_PLACE);
            place.bytes().put(0, text, 0, length);
            LibC.send(asking, place, length, MSG_DONTWAIT | MSG_NOSIGNAL);
            LibC.close(asking);
        }
        return true;
    }

    /** Tells this process from others of its kind, and is no secret. */
    private static String home() {
        return System.getProperty("karaf.base", System.getProperty("user.dir", ""));
    }

    private String name() {
        byte[] path = new byte[addressLength - 3];
        address.bytes().get(3, path);
        return new String(path, StandardCharsets.UTF_8);
    }

    /** Releases the claim for good. Stop watching its descriptor first. */
    @Override
    public synchronized void close() {
        closed = true;
        held = false;
        forget();
        if (fd >= 0) {
            LibC.close(fd);
            fd = -1;
        }
    }
}
