// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.testing.contract.BinderContractTest.DOWN;
import static io.carp.testing.contract.BinderContractTest.UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.Addresses;
import io.carp.vip.Tending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The macvlan that carries the addresses of one virtual host: whose it is, and when it exists and is up. */
class VirtualInterfaceLinkTest {
    private static final String VIP = "10.9.0.100";

    private BinderHost host;

    @BeforeEach
    void setUp() {
        host = new BinderHost("carp-vmac-if");
        sysctl("arp_ignore", "1");
        sysctl("arp_announce", "2");
    }

    @AfterEach
    void tearDown() throws IOException {
        if (host != null) {
            host.close();
        }
    }

    private void sysctl(String name, String value) {
        host.in(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/conf/eth0", name), value));
    }

    private static Addresses addresses(String networkInterface, String... ips) {
        var parsed = Stream.of(ips).map(BinderHost::ip).toList();
        return Addresses.of("web", networkInterface, 7, parsed).withVirtualMac(true);
    }

    private String show() {
        return host.netns.ip("-o -d link show type macvlan");
    }

    private boolean isUp() {
        return show().matches("(?s).*carp7\\.eth0@eth0: .*[<,]UP[,>].*");
    }

    @Test
    void thereFromPrepareToCloseAndUpWhileBound() {
        var binding = host.open(addresses("eth0", VIP, "fd09::100"));
        host.in(binding::prepare);
        assertTrue(show().contains("00:00:5e:00:01:07"), show());
        assertTrue(show().contains("alias carp: 7@eth0"), show());
        assertFalse(isUp(), show());

        host.in(() -> binding.bind(UP));
        assertTrue(isUp(), show());
        var addresses = host.netns.ip("-o address show dev carp7.eth0");
        assertTrue(addresses.contains(VIP + "/32") && addresses.contains("fd09::100/128"), addresses);
        assertFalse(addresses.contains("fe80"), "no address of its own: " + addresses);

        host.in(() -> binding.unbind(DOWN));
        assertFalse(isUp(), show());
        assertFalse(host.has(VIP) || host.has("fd09::100"));
        host.in(binding::close);
        assertEquals("", show());
    }

    @Test
    void aBinderThatIsStoppedAloneLeavesNothingAndWhoComesLaterNoAlarm() {
        var bound = host.open(addresses("eth0", VIP));
        host.in(() -> bound.bind(UP));
        host.in(host.binder::close);
        assertEquals("", show());
        host.in(() -> bound.unbind(DOWN));
        host.in(bound::close);
        var refused = host.fails(IOException.class, () -> bound.bind(UP));
        assertEquals("the netlink binder has been stopped", refused.getMessage());
    }

    @Test
    void anInterfaceThatWouldAnswerByNowIsNotSetUpAgain() throws Exception {
        host.in(() -> host.open(addresses("eth0", VIP)).bind(UP));
        sysctl("arp_ignore", "0");
        host.netns.ip("link set carp7.eth0 down");
        host.in(() -> Tending.now(host.binder));
        assertFalse(isUp(), "clients would hear two hardware addresses: " + show());
        host.in(() -> Tending.now(host.binder));
        assertEquals(1, host.gaveUp.size(), "told once, so that a peer may serve");
        assertTrue(host.gaveUp.get(0).contains("net.ipv4.conf.eth0.arp_ignore=1"), host.gaveUp.toString());
        sysctl("arp_ignore", "1");
        host.in(() -> Tending.now(host.binder));
        assertTrue(isUp(), show());
    }

    @Test
    void whatAnEarlierLifeLeftIsAdopted() {
        host.netns.ip("link add carp7.eth0 link eth0 address 00:00:5e:00:01:07 type macvlan mode bridge");
        host.netns.run("ip", "link", "set", "carp7.eth0", "alias", "carp: 7@eth0");
        host.netns.ip("link set carp7.eth0 up");
        host.plant("carp7.eth0", VIP, 0x70, 0);
        String number = show().split(":")[0];
        var binding = host.open(addresses("eth0", VIP));
        host.in(binding::prepare);
        assertFalse(isUp(), show());
        assertFalse(host.has(VIP));
        host.in(() -> binding.bind(UP));
        assertTrue(isUp() && host.has(VIP));
        assertEquals(number, show().split(":")[0], "the same interface");
        var addresses = host.netns.ip("-o address show dev carp7.eth0");
        assertFalse(addresses.contains("fe80"), "an address of its own: " + addresses);
        var arpIgnore = host.netns.run("cat", "/proc/sys/net/ipv4/conf/carp7.eth0/arp_ignore");
        assertEquals("1", arpIgnore.strip(), "it answers for all addresses");
        host.in(binding::close);
        assertEquals("", show());
    }

    @Test
    void whatAnEarlierLifeLeftOnAnotherInterfaceIsMadeAnew() {
        host.netns.ip("link add carp7.eth0 link eth1 address 00:00:5e:00:01:07 type macvlan mode bridge");
        host.netns.run("ip", "link", "set", "carp7.eth0", "alias", "carp: 7@eth0");
        host.in(() -> host.open(addresses("eth0", VIP)).bind(UP));
        assertTrue(isUp(), show());
    }

    @Test
    void whatSomebodyElseMadeIsNotTouched() {
        host.netns.ip("link add carp7.eth0 link eth0 address 00:00:5e:00:01:07 type macvlan");
        host.netns.ip("link set carp7.eth0 up");
        var before = show();
        var binding = host.open(addresses("eth0", VIP));
        var refused = host.fails(IOException.class, binding::prepare);
        assertEquals(
                "virtualMac = true: the interface carp7.eth0 was made by somebody else and was not touched; if nobody"
                        + " needs it: ip link delete carp7.eth0",
                refused.getMessage());
        host.fails(IOException.class, () -> binding.bind(UP));
        host.in(binding::close);
        assertEquals(before, show());
        assertFalse(host.has(VIP));
    }

    @Test
    void anInterfaceThatWouldAnswerForItIsRefused() {
        sysctl("arp_ignore", "0");
        sysctl("arp_announce", "1");
        var binding = host.open(addresses("eth0", VIP));
        var refused = host.fails(IOException.class, binding::prepare);
        assertEquals(
                "virtualMac = true: eth0 would answer ARP for the virtual IPs with its own hardware address: sysctl -w"
                        + " net.ipv4.conf.eth0.arp_ignore=1 net.ipv4.conf.eth0.arp_announce=2",
                refused.getMessage());
        assertEquals("", show());
        sysctl("arp_ignore", "1");
        sysctl("arp_announce", "2");
        host.in(binding::prepare);
        assertFalse(show().isEmpty());
    }

    @Test
    void aNodeThatAnswersNobodyIsRefused() {
        host.in(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/conf/all/arp_ignore"), "8"));
        var refused = host.fails(IOException.class, host.open(addresses("eth0", VIP))::prepare);
        assertEquals(
                "virtualMac = true: with net.ipv4.conf.all.arp_ignore = 8 nobody would answer ARP for the virtual IPs:"
                        + " sysctl -w net.ipv4.conf.all.arp_ignore=1",
                refused.getMessage());
    }

    @Test
    void anAddressThatIsAddedWhileMasterIsCheckedAsWell() {
        sysctl("arp_ignore", "0");
        var binding = host.open(addresses("eth0", "fd09::100"));
        host.in(() -> binding.bind(UP));
        host.fails(IOException.class, () -> binding.update(addresses("eth0", "fd09::100", VIP)));
        assertTrue(isUp() && host.has("fd09::100") && !host.has(VIP));
    }

    @Test
    void ipv6NeedsNothingOfTheInterface() {
        sysctl("arp_ignore", "0");
        sysctl("arp_announce", "0");
        var binding = host.open(addresses("eth0", "fd09::100"));
        host.in(() -> binding.bind(UP));
        assertTrue(isUp() && host.has("fd09::100"));
    }

    @Test
    void aPortOfABridgeIsRefused() {
        host.netns.ip("link add br0 type bridge");
        host.netns.ip("link set eth0 master br0");
        var refused = host.fails(IOException.class, host.open(addresses("eth0", VIP))::prepare);
        assertTrue(
                refused.getMessage().contains("no macvlan can be put on eth0, as on a port of a bridge"),
                refused::getMessage);
    }

    /** Hardened hosts and containers disable IPv6 for new interfaces, but do not mean ours. */
    @Test
    void ipv6IsEnabledOnItAlone() {
        host.in(() -> Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/disable_ipv6"), "1"));
        var binding = host.open(addresses("eth0", VIP, "fd09::100"));
        host.in(binding::prepare);
        host.in(() -> binding.bind(UP));
        assertTrue(isUp() && host.has(VIP) && host.has("fd09::100"), show());
        var addresses = host.netns.ip("-o address show dev carp7.eth0");
        assertFalse(addresses.contains("fe80"), "an address of its own: " + addresses);
        host.in(binding::close);
        var four = host.open(addresses("eth0", VIP));
        host.in(() -> four.bind(UP));
        var disabled = host.netns.run("cat", "/proc/sys/net/ipv6/conf/carp7.eth0/disable_ipv6");
        assertEquals("1", disabled.strip(), "nobody asked for it");
        host.in(() -> four.update(addresses("eth0", VIP, "fd09::100")));
        assertTrue(host.has("fd09::100"));
    }

    @Test
    void onAMacvlanItIsAdoptedAsWell() {
        host.netns.ip("link add up0 link eth0 type macvlan mode bridge");
        host.netns.ip("link set up0 up");
        var killed = host.open(addresses("up0", "fd09::100"));
        host.in(killed::prepare);
        String number = number("carp7.up0");
        host.in(host.open(addresses("up0", "fd09::100"))::prepare);
        assertEquals(number, number("carp7.up0"), "the same interface");
        host.in(() -> killed.bind(UP));
        assertEquals(number, number("carp7.up0"), "the same interface");
        assertTrue(host.has("fd09::100"));
    }

    private String number(String networkInterface) {
        return host.netns.ip("-o link show dev " + networkInterface).split(":")[0];
    }

    @Test
    void anInterfaceThatIsNotThereYetIsNoReasonToRefuse() {
        var binding = host.open(addresses("eth7", "fd09::100"));
        host.in(binding::prepare);
        var refused = host.fails(IOException.class, () -> binding.bind(UP));
        assertEquals("there is no interface eth7", refused.getMessage());
    }
}
