// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static io.carp.testing.contract.BinderContractTest.UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.LinkMessage;
import io.carp.linux.Macvlan;
import io.carp.linux.Netlink;
import io.carp.net.NettyLoop;
import io.carp.real.Netns;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The macvlan under the addresses belongs to the VRF of the interface below it. */
class VrfLinkTest {
    private static final AddressBinder.Listener NOBODY = new AddressBinder.Listener() {
        @Override
        public void restored(String address) {}

        @Override
        public void gaveUp(String why) {}
    };

    private Netns netns;

    @BeforeEach
    void setUp() {
        netns = Netns.create("carp-vip-vrf");
        netns.ip("link add eth0 type veth peer name peer0");
        netns.ip("link set peer0 up");
        netns.ip("link set eth0 up");
    }

    @AfterEach
    void tearDown() {
        if (netns != null) {
            netns.close();
        }
    }

    private LinkMessage link(String name) {
        return netns.call(() -> {
            try (var netlink = Netlink.open(10_000)) {
                return netlink.link(name);
            }
        });
    }

    /** A bridge stands in for the VRF. It is a master, too, every kernel has it, and the messages are the same. */
    @Test
    void anInterfaceGoesWhereItIsToldToBelong() {
        netns.ip("link add br0 type bridge");
        int bridge = link("br0").ifindex();
        netns.call(() -> {
            try (var netlink = Netlink.open(10_000)) {
                var eth0 = netlink.link("eth0");
                new Macvlan(netlink).master(eth0.ifindex(), bridge);
                assertEquals(bridge, netlink.link("eth0").master());
                assertEquals("bridge", netlink.link("eth0").masterKind());
                assertTrue(netlink.link("eth0").isPort());
                new Macvlan(netlink).master(eth0.ifindex(), 0);
                assertEquals(0, netlink.link("eth0").master());
                return eth0;
            }
        });
    }

    @Test
    void itFollowsTheInterfaceBelowIntoItsVrfAndOut() throws Exception {
        try {
            netns.ip("link add red type vrf table 10");
        } catch (IllegalStateException e) {
            System.out.println("skipped: this kernel has no VRF (CONFIG_NET_VRF): nothing shows here that a macvlan"
                    + " follows the interface below it");
            Assumptions.abort("this kernel has no VRF (CONFIG_NET_VRF)");
        }
        netns.ip("link set red up");
        netns.ip("link set eth0 master red");
        int vrf = link("red").ifindex();
        var ip = new VirtualIp(InetAddress.getByName("fd09::100"), 128);
        var addresses = Addresses.of("web", "eth0", 7, List.of(ip)).withVirtualMac(true);
        try (var loop = new NettyLoop()) {
            var binder = new NetlinkBinder(loop);
            var binding = binder.open(addresses, NOBODY);
            netns.call(() -> {
                binding.prepare();
                binding.bind(UP);
                return binding;
            });
            assertEquals(vrf, link("carp7.eth0").master());
            assertTrue(netns.ip("-6 route show table 10 type local").contains("fd09::100"));
            netns.ip("link set eth0 nomaster");
            netns.call(() -> {
                Tending.now(binder);
                return binder;
            });
            assertEquals(0, link("carp7.eth0").master());
            binder.close();
        }
    }
}
