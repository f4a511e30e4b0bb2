// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.host.SteppedHost;
import io.carp.spi.Delivery;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** group, group6, broadcast, peers, source: what is taken, what is refused, and in which words. */
class DeliveriesTest {
    private static final String DUAL = "10.0.0.100, fd00::100";

    private static List<Delivery> parse(String... pairs) throws ConfigurationRefused {
        return SteppedHost.config(pairs).deliveries().all();
    }

    private static String refusal(String... pairs) {
        return VirtualHostConfigTest.refusal(VirtualHostConfigTest.file(pairs));
    }

    private static List<StandardProtocolFamily> families(List<Delivery> deliveries) {
        return deliveries.stream().map(Delivery::family).toList();
    }

    private static InetAddress ip(String literal) throws Exception {
        return InetAddress.getByName(literal);
    }

    @Test
    void withoutAnyKeyItIsTheUsualGroupOfTheFamiliesOfTheVirtualIps() throws Exception {
        assertEquals(List.of(Delivery.multicast("eth0", StandardProtocolFamily.INET, 7)), parse());
        assertEquals(
                List.of(Delivery.multicast("eth0", StandardProtocolFamily.INET6, 7)), parse("virtualIps", "fd00::1"));
        assertEquals(
                List.of(
                        Delivery.multicast("eth0", StandardProtocolFamily.INET, 7),
                        Delivery.multicast("eth0", StandardProtocolFamily.INET6, 7)),
                parse("virtualIps", "fd00::1, 10.0.0.1"));
    }

    @Test
    void groupsAndBroadcast() throws Exception {
        List<Delivery> both =
                parse("virtualIps", DUAL, "group", "239.1.2.3", "group6", "ff05::abcd", "broadcast", "true");
        assertEquals(ip("239.1.2.3"), both.get(0).group());
        assertEquals(ip("ff05::abcd"), both.get(1).group());
        assertTrue(both.get(0).broadcast() && both.get(1).broadcast());
        assertFalse(both.get(0).isUnicast());
    }

    @Test
    void peersDecideWhichFamiliesAreSpokenWhateverTheVirtualIpsAre() throws Exception {
        List<Delivery> ipv4 = parse("virtualIps", DUAL, "peers", "198.51.100.224, 10.0.0.2, 10.0.0.2");
        assertEquals(List.of(StandardProtocolFamily.INET), families(ipv4));
        assertEquals(List.of(ip("198.51.100.224"), ip("10.0.0.2")), ipv4.get(0).peers());
        List<Delivery> both = parse("peers", "fe80::2%eth0, 10.0.0.2, fe80::3");
        assertEquals(List.of(StandardProtocolFamily.INET, StandardProtocolFamily.INET6), families(both));
        assertEquals(List.of(ip("fe80::2"), ip("fe80::3")), both.get(1).peers());
        assertTrue(both.get(1).isUnicast());
    }

    @Test
    void aSourceForEachFamily() throws Exception {
        List<Delivery> both = parse("virtualIps", DUAL, "source", "fe80::1%eth0, 10.0.0.1");
        assertEquals(ip("10.0.0.1"), both.get(0).source());
        assertEquals(ip("fe80::1"), both.get(1).source());
        assertEquals(null, parse().get(0).source());
        assertEquals(
                ip("fd00::5"),
                parse("peers", "2001:db8::7", "source", "fd00::5").get(0).source());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "group, 10.0.0.1, a multicast address 224.0.0.0..239.255.255.255",
                "group, 240.0.0.1, a multicast address 224.0.0.0..239.255.255.255",
                "group, ff02::12, a multicast address 224.0.0.0..239.255.255.255",
                "group, carp.example, a multicast address 224.0.0.0..239.255.255.255",
                "group6, fd00::1, an IPv6 multicast address ff00::/8",
                "group6, 224.0.0.18, an IPv6 multicast address ff00::/8",
                "broadcast, yes, true or false",
                "peers, node2.example, no names",
                "peers, node2, no names",
                "peers, 10.0.0.2:5112, no ports",
                "peers, 224.0.0.18, no multicast addresses",
                "peers, 239.255.255.255, no multicast addresses",
                "peers, ff02::12, no multicast addresses",
                "peers, 255.255.255.255, unicast addresses",
                "peers, 0.0.0.0, unicast addresses",
                "peers, ::, unicast addresses",
                "peers, fe80::2%eth1, unicast addresses",
                "peers, fd00::2%eth0, unicast addresses",
                "peers, 10.0.0.2%eth0, unicast addresses",
                "peers, \"10.0.0.2,\", unicast addresses",
                "peers, 10.0.0.2 # b, a comment needs a line of its own",
                "peers, 10.0.0.100, not a virtual IP",
                "source, 10.0.0.100, not a virtual IP",
                "source, eth0, unicast addresses in digits",
                "source, 224.0.0.18, no multicast addresses",
                "source, fd00::1, an address of a family that is spoken",
                "source, \"10.0.0.1, 10.0.0.2\", one address of a family",
            })
    void refused(String key, String value, String allowed) {
        String refusal = refusal(key, value);
        assertTrue(refusal.startsWith(key + " = "), refusal);
        assertTrue(refusal.contains(allowed), refusal);
    }

    @Test
    void contradictionsAreRefused() {
        assertEquals(
                "group = 239.1.2.3: allowed is either peers or group: to peers nothing is multicast",
                refusal("peers", "10.0.0.2", "group", "239.1.2.3"));
        assertEquals(
                "group6 = ff02::12: allowed is either peers or group6: to peers nothing is multicast",
                refusal("peers", "10.0.0.2", "group6", "ff02::12"));
        assertEquals(
                "broadcast = true: allowed is either peers or broadcast: to peers nothing is broadcast",
                refusal("peers", "10.0.0.2", "broadcast", "true"));
        assertTrue(refusal("peers", "fe80::2, fd00::2").startsWith("peers names link-local and other IPv6 addresses"));
        assertTrue(refusal("peers", "fd00::2", "source", "fe80::1").contains("since the peers are not"));
    }

    @Test
    void whatTheFileSaysOfPeersOrGroupsReplacesTheOtherOfTheNode() throws Exception {
        Map<String, Object> grouped = Map.of("group", "239.1.2.3", "broadcast", "true");
        VirtualHostConfig unicast =
                VirtualHostConfig.parse("web", VirtualHostConfigTest.file("peers", "10.0.0.2"), grouped, Path.of(""));
        assertTrue(unicast.deliveries().all().get(0).isUnicast());
        VirtualHostConfig multicast = VirtualHostConfig.parse(
                "web", VirtualHostConfigTest.file("group", "239.1.2.4"), Map.of("peers", "10.0.0.2"), Path.of(""));
        assertFalse(multicast.deliveries().all().get(0).isUnicast());
        // The form of a web console stores these values for keys that nobody has touched.
        Map<String, Object> untouched =
                VirtualHostConfigTest.file("group", "", "group6", "", "broadcast", "false", "source", "");
        VirtualHostConfig inherited =
                VirtualHostConfig.parse("web", untouched, Map.of("peers", "10.0.0.2"), Path.of(""));
        assertTrue(inherited.deliveries().all().get(0).isUnicast());
    }
}
