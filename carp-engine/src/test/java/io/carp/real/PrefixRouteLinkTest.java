// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.BinderHost.addresses;
import static io.carp.testing.contract.BinderContractTest.DOWN;
import static io.carp.testing.contract.BinderContractTest.UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.vip.Tending;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose the route to the network of an address with a prefix length is, and that the node keeps its own. */
class PrefixRouteLinkTest {
    private static final Pattern EXPIRES = Pattern.compile("expires (-?\\d+)sec");

    private BinderHost host;

    @BeforeEach
    void setUp() {
        host = new BinderHost("carp-vip-route");
    }

    @AfterEach
    void tearDown() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    /** The node's address is as from SLAAC or DHCPv6. All addresses of a network share one route with one lifetime. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void theNodesOwnIpv6RouteLivesAsLongAsItsOwnAddress(int lease) {
        host.netns.ip("-6 address add fd01::2/64 dev eth0 valid_lft 3600 preferred_lft 3600 nodad");
        assertOutlivesTheLease();
        var binding = host.open(addresses(lease, "fd01::100/64"));
        host.in(() -> binding.bind(UP));
        assertOutlivesTheLease();
        binding.advertised(System.nanoTime());
        host.in(() -> Tending.now(host.binder));
        assertOutlivesTheLease();
        host.in(() -> binding.unbind(DOWN));
        assertOutlivesTheLease();
    }

    /** The node has no address in this network. A router has announced that it is on the link. */
    @Test
    void aRouteThatARouterAnnouncedIsNotTouched() {
        host.netns.ip("-6 route add fd01::/64 dev eth0 proto kernel metric 256 expires 3600");
        var binding = host.open(addresses(2, "fd01::100/64"));
        host.in(() -> binding.bind(UP));
        binding.advertised(System.nanoTime());
        host.in(() -> Tending.now(host.binder));
        assertOutlivesTheLease();
        host.in(() -> binding.unbind(DOWN));
        assertOutlivesTheLease();
    }

    private void assertOutlivesTheLease() {
        var route = host.netns.ip("-6 route show fd01::/64 dev eth0");
        var expires = EXPIRES.matcher(route);
        assertTrue(expires.find() && Integer.parseInt(expires.group(1)) > 3000, route);
    }

    @Test
    void theNodesOwnIpv4RouteStays() {
        host.netns.ip("address add 10.1.0.2/24 dev eth0 valid_lft 3600 preferred_lft 3600");
        var before = host.netns.ip("route show");
        assertTrue(before.contains("10.1.0.0/24"), before);
        var binding = host.open(addresses(2, "10.1.0.100/24"));
        host.in(() -> binding.bind(UP));
        assertEquals(before, host.netns.ip("route show"));
        host.in(() -> binding.unbind(DOWN));
        assertEquals(before, host.netns.ip("route show"));
    }

    @Test
    void anIpv4AddressThatIsAloneInItsNetworkBringsTheRouteToIt() {
        var binding = host.open(addresses(2, "10.1.0.100/24"));
        host.in(() -> binding.bind(UP));
        var route = host.netns.ip("route show");
        assertTrue(route.contains("10.1.0.0/24 dev eth0"), route);
        host.in(() -> binding.unbind(DOWN));
        assertEquals("", host.netns.ip("route show"));
    }
}
