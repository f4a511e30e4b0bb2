// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    /** How late the kernel drops an address, as measured. */
    private static final long KERNEL = 400 * MILLI;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 254, 255})
    void noRenewalOutlivesThePatienceOfAPeer(int advbase) {
        var lease = new Lease(Math.max(1, 3 * advbase - 1));
        for (long age = 0; age < 4L * advbase * SECOND; age += 10 * MILLI) {
            long dropped = lease.life(age) == 0 ? 0 : age + lease.life(age) * SECOND + KERNEL;
            assertTrue(dropped < 3L * advbase * SECOND, "renewed at " + age);
        }
    }

    /** Advertisements at the slowest interval of each advbase, looked at every tick, at every phase of the tick. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10})
    void theLeaseOfALivingMasterNeverLapses(int advbase) {
        var lease = new Lease(Math.max(1, 3 * advbase - 1));
        long interval = advbase * SECOND + 254 * SECOND / 256;
        long tick = lease.tickMillis() * MILLI;
        for (long phase = 0; phase < tick; phase += 10 * MILLI) {
            long expires = lease.seconds() * SECOND;
            for (long now = phase; now < 60 * SECOND; now += tick) {
                assertTrue(expires > now, "advbase " + advbase + " phase " + phase + " at " + now);
                long age = now % interval;
                if (lease.isDue(expires - now, age)) {
                    expires = now + lease.life(age) * SECOND;
                }
            }
        }
    }

    @Test
    void renewsOncePerAdvertisement() {
        var lease = new Lease(2);
        long expires = 2 * SECOND;
        int renewals = 0;
        for (long now = 100 * MILLI; now < 60 * SECOND; now += lease.tickMillis() * MILLI) {
            long age = now % SECOND;
            if (lease.isDue(expires - now, age)) {
                expires = now + lease.life(age) * SECOND;
                renewals++;
            }
        }
        assertTrue(renewals >= 50 && renewals <= 62, renewals + " renewals in a minute");
    }

    @Test
    void anOldAdvertisementRenewsNothing() {
        assertEquals(1, new Lease(1).life(500 * MILLI));
        assertEquals(0, new Lease(1).life(501 * MILLI));
        assertEquals(2, new Lease(2).life(500 * MILLI));
        assertEquals(1, new Lease(2).life(501 * MILLI));
        assertEquals(0, new Lease(2).life(1501 * MILLI));
        assertEquals(3, new Lease(5).life(2500 * MILLI));
        assertEquals(0, new Lease(5).life(2501 * MILLI));
        assertFalse(new Lease(5).isDue(0, 2501 * MILLI));
    }

    /** Where the gate shuts out who is dead, the kernel may keep the address for as long as a process may stand still. */
    @Test
    void behindAGateItIsLongEnoughForAPause() {
        assertEquals(10, Lease.seconds(1, true));
        assertEquals(11, Lease.seconds(11, true));
        assertEquals(1, Lease.seconds(1, false));
        assertEquals(0, Lease.seconds(0, true), "for ever");
        assertTrue(Lease.leastNanos(10) > 6000 * MILLI);
        assertEquals(Long.MAX_VALUE, Lease.leastNanos(0));
        assertTrue(new Lease(1).isDue(9000 * MILLI, 0), "the gate is gone, and what it allowed is too long");
    }
}
