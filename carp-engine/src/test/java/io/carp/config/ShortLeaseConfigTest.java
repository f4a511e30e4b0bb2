// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShortLeaseConfigTest {
    private static final String NONE = "(carp.binder=none)";
    private static final String NETLINK = "(carp.binder=netlink)";

    /** Nanoseconds between the advertisements on which the addresses depend; 0 if they depend on none. */
    private static long interval(String... pairs) throws ConfigurationRefused {
        return VirtualHostConfig.parse("web", VirtualHostConfigTest.file(pairs), Map.of(), Path.of(""))
                .addresses()
                .advertisementNanos();
    }

    @Test
    void autoIsOnBelowASecondWhereThereIsALeaseAndTheBinderCanDoIt() throws Exception {
        assertEquals(26 * 1_000_000_000L / 256, interval("advbase", "0", "advskew", "26"));
        assertEquals(0, interval("advbase", "1", "advskew", "26"));
        assertEquals(0, interval("advbase", "0", "advskew", "26", "lease", "false"));
        assertEquals(0, interval("advbase", "0", "advskew", "26", "binder.target", NONE));
        assertTrue(interval("advbase", "0", "advskew", "26", "binder.target", NETLINK) > 0);
    }

    @Test
    void trueIsAlsoForASecondAndMore() throws Exception {
        assertEquals(2_000_000_000L, interval("advbase", "2", "shortLease", "true"));
        assertEquals(0, interval("advbase", "0", "advskew", "26", "shortLease", "false"));
    }

    @Test
    void trueWithoutWhatItNeedsIsRefused() {
        String refusal =
                VirtualHostConfigTest.refusal(VirtualHostConfigTest.file("shortLease", "true", "lease", "false"));
        assertEquals(
                "shortLease = true: allowed is auto or false without lease = true and binder.target ="
                        + " (carp.binder=netlink)",
                refusal);
        refusal =
                VirtualHostConfigTest.refusal(VirtualHostConfigTest.file("shortLease", "true", "binder.target", NONE));
        assertTrue(refusal.startsWith("shortLease = true: "), refusal);
    }
}
