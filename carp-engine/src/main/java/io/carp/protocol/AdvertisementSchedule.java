// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/** When a master advertises next. */
@FunctionalInterface
public interface AdvertisementSchedule {
    /** Each virtual host by itself: an interval from now. */
    AdvertisementSchedule ALONE = (now, interval) -> now + interval;

    /**
     * The next time, if one leaves now.
     *
     * @param interval nanoseconds between two advertisements
     * @return later than now, and never later than an interval from now
     */
    long next(long now, long interval);
}
