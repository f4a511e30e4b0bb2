// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/** When a master advertises next. */
@FunctionalInterface
public interface AdvertisementSchedule {
    /** Each virtual host advertises by itself, one interval from now. */
    AdvertisementSchedule ALONE = (now, interval) -> now + interval;

    /**
     * When the next advertisement leaves, if one leaves now.
     *
     * @param interval nanoseconds between two advertisements
     * @return later than now, and never later than an interval from now
     */
    long next(long now, long interval);
}
