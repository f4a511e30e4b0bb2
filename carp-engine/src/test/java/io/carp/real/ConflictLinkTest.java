// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.testing.contract.BinderContractTest.DOWN;
import static io.carp.testing.contract.BinderContractTest.UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.vip.NetlinkBinder;
import io.carp.vip.OnlyTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Host 2 uses the address of host 1 without being a node of the group. Host 3 is a client. */
class ConflictLinkTest {
    private static final String VIP = "10.9.0.100";
    private static final String VIP6 = "fd09::100";

    private Lan lan;
    private NetlinkBinder binder;

    @BeforeEach
    void setUp() {
        lan = new Lan("carp-rival", 3);
        binder = new NetlinkBinder(new OnlyTime());
    }

    @AfterEach
    void tearDown() throws Exception {
        if (lan != null) {
            binder.close();
            lan.close();
        }
    }

    private final class Node implements AddressBinder.Listener {
        final AddressBinder.Binding binding;
        volatile String contested = "";

        Node(int vhid, boolean virtualMac, String... ips) {
            var parsed = Stream.of(ips).map(BinderHost::ip).toList();
            var addresses = Addresses.of("web", "eth0", vhid, parsed).withVirtualMac(virtualMac);
            binding = binder.open(addresses, this);
        }

        Node bind() {
            in(() -> {
                binding.prepare();
                binding.bind(UP);
                binding.announce();
                return binding;
            });
            return this;
        }

        private void in(Callable<?> work) {
            lan.host(1).call(work);
        }

        @Override
        public void restored(String address) {}

        @Override
        public void gaveUp(String why) {}

        @Override
        public void addressContested(String who) {
            contested = who;
        }

        void awaitContested(String... parts) throws Exception {
            BinderHost.await(
                    "heard of " + List.of(parts), () -> Stream.of(parts).allMatch(contested::contains));
        }
    }

    private String mac(int host) {
        return lan.host(host).run("cat", "/sys/class/net/eth0/address").strip();
    }

    private String neighbour() {
        return lan.host(3).ip("neighbour show " + VIP);
    }

    @Test
    void oneWhoWasThereBeforeAndSaysNothing() throws Exception {
        lan.host(2).ip("address add " + VIP + "/24 dev eth0");
        lan.host(2).ip("-6 address add " + VIP6 + "/64 dev eth0 nodad");
        var node = new Node(7, false, VIP, VIP6).bind();
        node.awaitContested(
                "another machine on the link of eth0 has " + VIP + ", too: its hardware address is " + mac(2),
                "has fd09:0:0:0:0:0:0:100, too");
        node.in(() -> {
            node.binding.unbind(DOWN);
            return true;
        });
        BinderHost.await("over with the mastership", () -> node.contested.isEmpty());
    }

    @Test
    void oneWhoComesLaterAndDrawsClientsToHimself() throws Exception {
        var node = new Node(7, false, VIP).bind();
        var alone = new Node(8, false, "10.9.0.101").bind();
        lan.host(3).run("ping", "-c", "1", "-W", "5", VIP);
        assertTrue(neighbour().contains(mac(1)), neighbour());
        lan.host(2).ip("address add " + VIP + "/24 dev eth0");
        BinderHost.await("noticed", () -> {
            // Host 2 sends an ARP request from the address, as any machine does that uses it and meets somebody new.
            lan.host(2).ip("neighbour flush dev eth0");
            new ProcessBuilder(lan.host(2).inside("ping", "-c", "1", "-W", "1", "-I", VIP, "10.9.0.3"))
                    .start()
                    .waitFor();
            return node.contested.contains(mac(2));
        });
        BinderHost.await("the client is drawn back", () -> neighbour().contains(mac(1)));
        assertEquals("", alone.contested);
    }

    @Test
    void aWrongListThatNamesAnotherMachineIsAFinding() throws Exception {
        var node = new EngineNode(lan.host(1)).web("virtualIps=10.9.0.2");
        var finding = node.await("finding web ").text();
        assertTrue(finding.contains("another machine on the link of eth0 has 10.9.0.2, too"), finding);
        assertTrue(finding.contains(mac(2)), finding);
        node.stop();
    }

    /**
     * Linux answers on each interface for all addresses of the host, so a client hears two MACs, one of them virtual.
     */
    @Test
    void anotherInterfaceOfTheNodeOnTheSameLink() throws Exception {
        lan.wire().cable("port4", lan.host(1), "eth1");
        lan.wire().ip("link set port4 master br0");
        lan.host(1).ip("address add 10.9.0.11/24 dev eth1");
        lan.host(1).call(() -> {
            var conf = Path.of("/proc/sys/net/ipv4/conf/eth0");
            Files.writeString(conf.resolve("arp_ignore"), "1");
            return Files.writeString(conf.resolve("arp_announce"), "2");
        });
        var plain = new Node(8, false, "10.9.0.101").bind();
        var node = new Node(7, true, VIP).bind();
        node.awaitContested(
                "eth1 of this node is on the same link as carp7.eth0 and answers for " + VIP,
                "sysctl -w net.ipv4.conf.eth1.arp_ignore=1");
        assertEquals("", plain.contested, "by whichever of our interfaces it is reached");
    }
}
