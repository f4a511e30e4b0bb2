// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Something happens to the interface of a whole node. In the end the node is master again, and nothing is left over.
 */
class InterfaceLinkTest {
    private static final String VIP = "10.9.0.100";
    private static final String VIP6 = "fd09::100";
    private static final String BOTH = "virtualIps=10.9.0.100,fd09::100 ";

    private Lan lan;
    private Wiretap wire;

    @BeforeEach
    void setUp() throws Exception {
        lan = new Lan("carp-if", 2);
        wire = new Wiretap(lan);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    private EngineNode master(String settings) throws Exception {
        var node = new EngineNode(lan.host(1)).web(BOTH + settings);
        node.await("serving web");
        return node;
    }

    private static boolean hasBoth(EngineNode node) {
        return node.has(VIP) && node.has(VIP6);
    }

    private static boolean hasNone(EngineNode node) {
        return !node.has(VIP) && !node.has(VIP6);
    }

    /** Checks that the node is master again, has both addresses and is heard. */
    private void assertMasterAgain(EngineNode node, int from) throws Exception {
        node.await("serving web", from);
        assertTrue(hasBoth(node));
        assertEquals("MASTER", node.state());
        wire.await(wire.mark(), 2, from(1));
    }

    @Test
    void deletedAndMadeAgainWithAnotherIndex() throws Exception {
        var node = master("");
        var before = index();
        int told = node.lines().size();
        lan.host(1).ip("link delete eth0");
        node.awaitState("INIT");
        lan.plug(1);
        assertMasterAgain(node, told);
        assertNotEquals(before, index());
    }

    /** A DHCP client does it like this: the old address goes, and a moment later there is another one. */
    @Test
    void theOnlyAddressIsSwappedForAnother() throws Exception {
        var node = new EngineNode(lan.host(1)).web("");
        node.await("serving web");
        int told = node.lines().size();
        for (var swap : List.of("del 10.9.0.1/24 add 10.9.0.14/24", "del 10.9.0.14/24 add 10.9.0.1/24")) {
            var words = swap.split(" ");
            lan.host(1)
                    .run(
                            "sh",
                            "-c",
                            "printf 'addr del " + words[1] + " dev eth0\\naddr add " + words[3]
                                    + " dev eth0\\n' | ip -b -");
            int from = Integer.parseInt(words[3].replaceAll("10.9.0.|/24", ""));
            wire.await(wire.mark(), 2, from(from));
        }
        assertEquals("MASTER", node.state());
        // It may tell that it became MASTER after it told what it serves.
        assertTrue(
                node.lines().stream().skip(told).noneMatch(line -> line.text().matches("state web (INIT|BACKUP).*")),
                () -> "it left: " + node.lines());

        lan.host(1).ip("address delete 10.9.0.1/24 dev eth0");
        node.awaitState("INIT"); // It stays away.
        lan.host(1).ip("address add 10.9.0.1/24 dev eth0");
        node.await("serving web", told);
    }

    private String index() {
        return lan.host(1).ip("-o link show dev eth0").replaceAll("(?s):.*", "");
    }

    @Test
    void renamedWhileMasterAndBack() throws Exception {
        var node = master("lease=false ");
        int told = node.lines().size();
        var host = lan.host(1);
        host.ip("link set eth0 down");
        host.ip("link set eth0 name other0");
        node.awaitState("INIT");
        BinderHost.await("no address is left on the renamed interface", () -> hasNone(node));
        host.ip("link set other0 up");
        host.ip("link set other0 down");
        host.ip("link set other0 name eth0");
        host.ip("link set eth0 up");
        assertMasterAgain(node, told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"macvlan", "bridge"})
    void onAnInterfaceThatDependsOnAnother(String type) throws Exception {
        var host = lan.host(1);
        host.ip("address flush dev eth0");
        makeUpper(host, type);
        var node = master("interface=up0 ");
        int told = node.lines().size();
        host.ip("link set eth0 down");
        node.awaitState("INIT");
        BinderHost.await("nothing of ours is left", () -> hasNone(node));
        host.ip("link set eth0 up");
        assertMasterAgain(node, told);

        int again = node.lines().size();
        host.ip("link delete up0");
        node.await("state web INIT", again);
        makeUpper(host, type);
        assertMasterAgain(node, again);
    }

    private static void makeUpper(Netns host, String type) {
        if (type.equals("bridge")) {
            host.ip("link add up0 type bridge");
            host.ip("link set eth0 master up0");
        } else {
            host.ip("link add link eth0 name up0 type macvlan");
        }
        host.ip("link set up0 up");
        host.ip("address add 10.9.0.1/24 dev up0");
    }

    @Test
    void missingAtTheStart() throws Exception {
        lan.host(1).ip("link delete eth0");
        var node = new EngineNode(lan.host(1)).web(BOTH);
        node.await("finding web ");
        assertEquals("INIT", node.state());
        lan.plug(1);
        assertMasterAgain(node, 0);
        assertFalse(node.ask("status").contains("does not exist"), "the finding is settled");
    }

    @Test
    void downAtTheStart() throws Exception {
        lan.host(1).ip("link set eth0 down");
        var node = new EngineNode(lan.host(1)).web(BOTH);
        node.awaitState("INIT");
        lan.host(1).ip("link set eth0 up");
        assertMasterAgain(node, 0);
    }

    @Test
    void aNetworkManagerThatStartsAnewTakesTheAddressesAndBringsItsOwnBack() throws Exception {
        var node = master("");
        var host = lan.host(1);
        int told = node.lines().size();
        host.ip("address flush dev eth0");
        node.awaitState("INIT");
        BinderHost.await("nothing of ours is left", () -> hasNone(node));
        host.ip("link set eth0 down");
        host.ip("link set eth0 up");
        host.ip("address add 10.9.0.1/24 dev eth0");
        assertMasterAgain(node, told);
    }

    @Test
    void aBackupWhoseGroupsWereLostHearsItsMasterAgain() throws Exception {
        var backup = new EngineNode(lan.host(1)).web("virtualIps=" + VIP6 + " advskew=100");
        backup.awaitState("BACKUP");
        var master = new EngineNode(lan.host(2)).web("virtualIps=" + VIP6 + " advskew=0 preempt=true");
        master.await("serving web");
        backup.awaitState("BACKUP");
        assertTrue(groups().contains("ff02::12"), groups());
        int told = backup.lines().size();
        // This is too small for IPv6. Linux takes the family off the interface and forgets the groups of every socket.
        lan.host(1).ip("link set eth0 mtu 1200");
        backup.awaitState("INIT");
        assertFalse(groups().contains("ff02::12"), groups());
        lan.host(1).ip("link set eth0 mtu 1500");
        backup.await("state web BACKUP", told);
        assertHearsItsMaster(backup);
    }

    @Test
    void aBackupThatCannotHaveSeenHowItsGroupsWereLostHearsItsMasterAgain() throws Exception {
        var backup = new EngineNode(lan.host(1)).web("virtualIps=" + VIP6 + " advskew=100");
        backup.awaitState("BACKUP");
        var master = new EngineNode(lan.host(2)).web("virtualIps=" + VIP6 + " advskew=0 preempt=true");
        master.await("serving web");
        backup.signal("STOP");
        lan.host(1).ip("link set eth0 mtu 1200");
        lan.host(1).ip("link set eth0 mtu 1500");
        // The interface is as it was. Only what the kernel has forgotten differs.
        BinderHost.await(
                "the same address is back",
                () -> lan.host(1).ip("-6 address show dev eth0 scope link").contains("fe80:"));
        assertFalse(groups().contains("ff02::12"), groups());
        backup.signal("CONT");
        assertHearsItsMaster(backup);
    }

    private void assertHearsItsMaster(EngineNode backup) throws Exception {
        BinderHost.await("the group is joined again", () -> groups().contains("ff02::12"));
        int heard = heard(backup);
        BinderHost.await("the master is heard", () -> heard(backup) >= heard + 5);
        backup.awaitState("BACKUP");
    }

    private String groups() {
        return lan.host(1).ip("maddress show dev eth0");
    }

    private static int heard(EngineNode node) throws Exception {
        return Integer.parseInt(node.ask("status").replaceAll("(?s).*ipackets6=(\\d+).*", "$1"));
    }

    @Test
    void aLinkThatFlapsTwentyTimesEndsInOneMasterAndNothingIsLeft() throws Exception {
        var flapping = new EngineNode(lan.host(1)).web(BOTH + "advskew=0 preempt=true");
        flapping.await("serving web");
        // It is patient, so that only the link can make it master, and not a slow machine.
        var other = new EngineNode(lan.host(2)).web(BOTH + "advskew=50 deadRatio=10");
        other.awaitState("BACKUP");
        // The first time is before anything is counted, so that both have loaded and used all their code.
        lan.wire().ip("link set port1 down");
        other.await("serving web");
        lan.wire().ip("link set port1 up");
        settle(flapping, other);
        int flappingBefore = flapping.descriptors();
        int otherBefore = other.descriptors();
        for (int n = 0; n < 20; n++) {
            // A cable is pulled, or the interface itself is set down, which removes its IPv6 addresses, too.
            var where = n % 2 == 0 ? lan.wire() : lan.host(1);
            var what = n % 2 == 0 ? "port1" : "eth0";
            where.ip("link set " + what + " down");
            if (n % 5 == 0) {
                flapping.awaitState("INIT");
            }
            where.ip("link set " + what + " up");
        }
        settle(flapping, other);
        wire.await(wire.mark(), 1, from(1));
        int mark = wire.mark();
        wire.await(mark, 4, from(1));
        assertEquals(List.of(), wire.since(mark, from(2)), "two masters");
        assertTrue(hasBoth(flapping) && hasNone(other));
        BinderHost.await("no descriptor is left open", () -> {
            System.out.println("descriptors: flapping " + flappingBefore + " -> " + flapping.descriptors() + ", other "
                    + otherBefore + " -> " + other.descriptors());
            return flapping.descriptors() <= flappingBefore && other.descriptors() <= otherBefore;
        });
    }

    private static void settle(EngineNode master, EngineNode backup) throws Exception {
        BinderHost.await("one master", 60_000, () -> {
            return master.state().equals("MASTER")
                    && backup.state().equals("BACKUP")
                    && hasBoth(master)
                    && hasNone(backup);
        });
    }
}
