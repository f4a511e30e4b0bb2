// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

/**
 * Whether advertisements leave by one door: not, once three in a row did not; again, once three in a row did (ucarp;
 * FreeBSD: carp_send_ad_error). Who sends nothing learns nothing: a backup stays what it was as master. Loop thread
 * only; nothing is allocated.
 */
final class SendErrors {
    private static final int ENOUGH = 3;

    private static final int ENETUNREACH = 101;
    private static final int EHOSTDOWN = 112;
    private static final int EHOSTUNREACH = 113;

    private boolean failing;
    private int inARow;
    private int last;

    /**
     * What a send has come to.
     *
     * @param errno 0 if it left
     * @param unicast whether it went to peers: that none of them can be reached is not our fault (OpenBSD)
     * @return whether this has changed the verdict
     */
    boolean note(int errno, boolean unicast) {
        if (errno == EHOSTDOWN || errno == EHOSTUNREACH || (unicast && errno == ENETUNREACH)) {
            return false;
        }
        if (errno != 0) {
            last = errno;
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

    /** A new beginning: the link was down, or somebody edited what may have been wrong. */
    void forget() {
        failing = false;
        inARow = 0;
    }

    /** Whether advertisements do not leave. */
    boolean isFailing() {
        return failing;
    }

    /** The error number of the last failure. */
    int last() {
        return last;
    }
}
