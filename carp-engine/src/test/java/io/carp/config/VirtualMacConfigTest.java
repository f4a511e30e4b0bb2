// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static io.carp.config.VirtualHostConfigTest.file;
import static io.carp.config.VirtualHostConfigTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.Delivery;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The key virtualMac: what it changes, what is refused, and in which words. */
class VirtualMacConfigTest {
    private static VirtualHostConfig parse(String... pairs) throws ConfigurationRefused {
        return VirtualHostConfig.parse("web", file(pairs), Map.of(), Path.of(""));
    }

    @Test
    void addressesAndAdvertisementsHaveItAndItMakesAnotherHost() throws ConfigurationRefused {
        VirtualHostConfig with = parse("virtualMac", "true", "virtualIps", "10.0.0.100, fd00::100");
        assertTrue(with.addresses().virtualMac());
        assertEquals(2, with.deliveries().all().size());
        assertTrue(with.deliveries().all().stream().allMatch(Delivery::virtualMac));
        assertFalse(parse().addresses().virtualMac());
        assertFalse(parse().deliveries().all().get(0).virtualMac());
        assertFalse(with.isSameHostAs(parse()));
        assertTrue(with.isSameHostAs(parse("virtualMac", "true", "advskew", "9")));
    }

    @Test
    void theVirtualMacNeedsABinderThatMakesInterfaces() throws ConfigurationRefused {
        assertEquals("virtualMac = maybe: allowed is true or false", refusal(file("virtualMac", "maybe")));
        assertEquals(
                "virtualMac = true: allowed is false with another binder than binder.target = (carp.binder=netlink)",
                refusal(file("virtualMac", "true", "binder.target", "(carp.binder=script)")));
        assertTrue(parse("virtualMac", "true", "binder.target", "(carp.binder=netlink)")
                .addresses()
                .virtualMac());
    }
}
