// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, a loopback address",
        "::1, a loopback address",
        "0.1.2.3, in 0.0.0.0/8",
        "10.0.0.0/24, the address of the network /24 itself",
        "10.0.0.255/24, the broadcast address of the network /24",
        "10.0.3.255/22, the broadcast address of the network /22",
        "10.0.0.3/30, the broadcast address of the network /30",
        "fd00::/64, the address of all routers of the network /64",
        "fd00::1%eth0, unicast addresses",
    })
    void anAddressThatNoHostCanHave(String ip, String kind) {
        var refused = assertThrows(ConfigurationRefused.class, () -> IpLiteral.virtualIp(ip, "eth0"));
        String sentence = String.valueOf(refused.getMessage());
        assertTrue(sentence.startsWith("virtualIps = " + ip + ": allowed is ") && sentence.contains(kind), sentence);
    }

    /** Addresses that look like ones that no host can have, but are not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.255",
                "10.0.0.0",
                "10.0.0.255/22",
                "10.0.0.0/31",
                "10.0.0.1/31",
                "10.0.0.255/0",
                "fd00::ffff/64",
                "fd00::",
                "fd00::/127",
                "169.254.0.1"
            })
    void anAddressThatAHostCanHave(String ip) throws ConfigurationRefused {
        int slash = ip.indexOf('/');
        var parsed = IpLiteral.virtualIp(ip, "eth0");
        assertEquals(IpLiteral.address(slash < 0 ? ip : ip.substring(0, slash)), parsed.address());
    }

    @Test
    void aLinkLocalAddressMaySayWhereItIs() throws ConfigurationRefused {
        var parsed = IpLiteral.virtualIp("fe80::1%eth0/64", "eth0");
        assertEquals(IpLiteral.virtualIp("fe80::1/64", "eth0"), parsed);
        assertFalse(parsed.toString().contains("%"), parsed.toString());
    }

    @Test
    void aNameIsNeverLookedUp() {
        for (String trap : List.of(".:1", "a.example:", "1:2", ":::", "::1.2.3", "dead.beef:", "localhost")) {
            long start = System.nanoTime();
            assertThrows(ConfigurationRefused.class, () -> IpLiteral.virtualIp(trap, "eth0"), trap);
            assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(4), trap + " went to a resolver");
        }
    }
}
