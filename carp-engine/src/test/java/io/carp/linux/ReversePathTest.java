// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.ReversePath.Route;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReversePathTest {
    /** @param routes such as {@code eth0 10.0.0.0/24} */
    private static ReversePath path(int filter, String... routes) {
        return new ReversePath(
                filter, Stream.of(routes).map(ReversePathTest::route).toList());
    }

    private static Route route(String text) {
        var parts = text.split("[ /]");
        int length = Integer.parseInt(parts[2]);
        return new Route(
                parts[0],
                ByteBuffer.wrap(address(parts[1]).getAddress()).getInt(),
                length == 0 ? 0 : -1 << (32 - length));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void strictDropsAllWhereNothingLeadsThroughTheInterface() {
        assertTrue(path(1).dropsAll("eth0"));
        assertTrue(path(1, "eth1 0.0.0.0/0").dropsAll("eth0"));
        // Each of these may be the way to the others: no alarm.
        for (var route : List.of("eth0 10.0.0.0/24", "eth0 0.0.0.0/0", "eth0 198.51.100.22/32")) {
            assertFalse(path(1, route).dropsAll("eth0"), route);
        }
    }

    @Test
    void looseDropsAllWhereThereIsNoRouteWhatever() {
        assertTrue(path(2).dropsAll("eth0"));
        assertFalse(path(2, "eth1 0.0.0.0/0").dropsAll("eth0"));
        assertFalse(path(0).dropsAll("eth0"));
    }

    @Test
    void theLongestPrefixDecidesAboutAPeer() {
        var strict = path(1, "eth1 0.0.0.0/0", "eth0 198.51.100.0/24", "eth1 198.51.100.128/25");
        assertFalse(strict.drops("eth0", address("198.51.100.22")));
        assertTrue(strict.drops("eth0", address("198.51.100.129")));
        assertTrue(strict.drops("eth0", address("203.0.113.1")), "its way is the other one");
        assertFalse(path(2, "eth1 0.0.0.0/0").drops("eth0", address("203.0.113.1")));
        assertTrue(path(2, "eth0 10.0.0.0/8").drops("eth0", address("203.0.113.1")));
        assertFalse(path(0).drops("eth0", address("203.0.113.1")));
        assertFalse(strict.drops("eth0", address("fd00::1")), "IPv6 has no such filter");
    }

    @Test
    void whatCannotBeReadDropsNothing() {
        assertEquals(new ReversePath(0, List.of()), ReversePath.look("no-such-interface"));
    }
}
