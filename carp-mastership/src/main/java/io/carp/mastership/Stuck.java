// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

/**
 * A consumer that is being called and does not come back.
 *
 * @param who and where it is right now, for a person
 * @param comesUp whether it is called for the beginning of a mastership, so that nothing waits for it but its own work
 */
public record Stuck(String who, boolean comesUp) {
    /**
     * When as many are stuck, no mastership is told to consumers any more. The end of one still is, so two more may hang: else
     * whoever blocks each time would cost a thread each time.
     */
    public static final int MOST = 4;
}
