// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.protocol.Step.NEVER;

/**
 * Whether advertisements leave by one port. They do not once three in a row did not leave, and do again once three in a
 * row did (ucarp; FreeBSD: carp_send_ad_error). A backup sends nothing and so learns nothing. After a pause, which
 * grows from failure to failure, its port counts as well again; but then the first advertisement that does not leave is
 * enough. Loop thread only; nothing is allocated.
 */
final class SendErrors {
    private static final int ENOUGH = 3;
    private static final long FIRST_PAUSE_NANOS = 60_000_000_000L;
    private static final long LONGEST_PAUSE_NANOS = 60 * FIRST_PAUSE_NANOS;

    // The numbers of Linux; the transport udp uses the same.
    private static final int EPERM = 1;
    private static final int EIO = 5;
    private static final int EAGAIN = 11;
    private static final int EACCES = 13;
    private static final int ENODEV = 19;
    private static final int EINVAL = 22;
    private static final int EMSGSIZE = 90;
    private static final int EADDRNOTAVAIL = 99;
    private static final int ENETDOWN = 100;
    private static final int ENETUNREACH = 101;
    private static final int ENOBUFS = 105;
    private static final int EHOSTDOWN = 112;
    private static final int EHOSTUNREACH = 113;

    private boolean failing;
    private int inARow;
    private int last;
    private long pause = FIRST_PAUSE_NANOS;

    /** Since when nothing has been sent while the port was failing; NEVER if something was. */
    private long silentSince = NEVER;

    /**
     * Takes note of what a send has come to.
     *
     * @param errno 0 if it left
     * @param unicast whether it went to peers. If none of them can be reached, that is not our fault (OpenBSD)
     * @return whether this has changed the verdict
     */
    boolean note(int errno, boolean unicast) {
        if (errno == EHOSTDOWN || errno == EHOSTUNREACH || (unicast && errno == ENETUNREACH)) {
            return false;
        }
        silentSince = NEVER;
        if (errno != 0) {
            last = errno;
        } else if (!failing) {
            pause = FIRST_PAUSE_NANOS;
        }
        boolean forTheVerdict = failing == (errno != 0);
        inARow = forTheVerdict ? 0 : inARow + 1;
        if (inARow < ENOUGH) {
            return false;
        }
        failing = !failing;
        inARow = 0;
        return true;
    }

    /** Begins anew, because the link was down or somebody edited what may have been wrong. */
    void forget() {
        silentSince = NEVER;
        failing = false;
        inARow = 0;
    }

    /**
     * Says that nothing is being sent.
     *
     * @return whether this made the port count as well again
     */
    boolean silent(long now) {
        if (!failing) {
            return false;
        }
        if (silentSince == NEVER) {
            silentSince = now;
        }
        if (now - silentSince < pause) {
            return false;
        }
        forget();
        inARow = ENOUGH - 1;
        pause = Math.min(LONGEST_PAUSE_NANOS, 2 * pause);
        return true;
    }

    /** Whether advertisements fail to leave. */
    boolean isFailing() {
        return failing;
    }

    /** The last failure: the name of its error number, and what that means for an advertisement. */
    String lastInWords() {
        return switch (last) {
            case EPERM -> "EPERM: Operation not permitted; a firewall or policy of this machine";
            case EIO -> "EIO: Input/output error";
            case EAGAIN ->
                "EAGAIN: Resource temporarily unavailable; the interface sends nothing, and its queue is full";
            case EACCES -> "EACCES: Permission denied; a firewall or policy of this machine";
            case ENODEV -> "ENODEV: No such device; the interface is gone";
            case EINVAL -> "EINVAL: Invalid argument";
            case EMSGSIZE -> "EMSGSIZE: Message too long; the MTU of the interface is too small";
            case EADDRNOTAVAIL ->
                "EADDRNOTAVAIL: Cannot assign requested address; the source is no address of this machine any more";
            case ENETDOWN -> "ENETDOWN: Network is down";
            case ENETUNREACH -> "ENETUNREACH: Network is unreachable; there is no route";
            case ENOBUFS -> "ENOBUFS: No buffer space available; the queue of the interface is full";
            default -> "error " + last;
        };
    }
}
