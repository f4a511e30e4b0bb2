// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IPv6 alone and beside IPv4. Hosts 1 and 2 are nodes, host 3 is a client. */
class FamiliesLinkTest {
    private static final String DUAL = "10.9.0.100,fd09::100";

    private Lan lan;

    @BeforeEach
    void setUp() {
        lan = new Lan("carp-fam", 3);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    private EngineNode node(int n, String virtualIps, String settings) throws Exception {
        return new EngineNode(lan.host(n)).web("virtualIps=" + virtualIps + " " + settings);
    }

    private static boolean hasAll(EngineNode node, String virtualIps) {
        return Stream.of(virtualIps.split(",")).allMatch(node::has);
    }

    private static boolean hasNone(EngineNode node, String virtualIps) {
        return Stream.of(virtualIps.split(",")).noneMatch(node::has);
    }

    /** The client asks the link who has each of them, is answered, and reaches it. */
    private void assertReachable(String virtualIps) {
        for (var ip : virtualIps.split(",")) {
            lan.host(3).run("ping", "-c", "1", "-w", "20", ip);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fd09::100", "fd09::100,fd09::101,fe80::100", DUAL})
    void aKilledMasterIsReplacedAndAnOrderlyOneHandsOver(String virtualIps) throws Exception {
        var global = virtualIps.replace(",fe80::100", "");
        var master = node(1, virtualIps, "advskew=0");
        master.await("serving web");
        assertTrue(hasAll(master, virtualIps));
        var backup = node(2, virtualIps, "advskew=50");
        backup.awaitState("BACKUP");
        assertReachable(global);
        master.signal("KILL");
        backup.await("serving web");
        assertTrue(hasAll(backup, virtualIps));
        BinderHost.await("the dead node's addresses are gone", () -> hasNone(master, virtualIps));
        assertReachable(global);

        var second = node(1, virtualIps, "advskew=100");
        second.awaitState("BACKUP");
        backup.stop();
        second.await("serving web");
        assertTrue(hasAll(second, virtualIps));
        assertTrue(hasNone(backup, virtualIps));
        assertReachable(global);
        var status = second.ask("status");
        assertTrue(status.contains("badauth=0") && status.contains("looped=0"), status);
        assertFalse(status.contains("bowOutsReceived=0"), status);
    }

    @Test
    void aLinkLocalVirtualIpIsNotInTheDigest() throws Exception {
        // OpenBSD leaves it out, too, so a node that lacks the address understands the group all the same.
        var master = node(1, "fd09::100,fe80::100", "advskew=0");
        master.await("serving web");
        var backup = node(2, "fd09::100", "advskew=50");
        backup.awaitState("BACKUP");
        BinderHost.await("advertisements are understood", () -> {
            var status = backup.ask("status");
            return !status.contains("ipackets6=0") && status.contains("badauth=0");
        });
        assertTrue(master.has("fe80::100"));
    }

    @Test
    void aVirtualIpIsNobodysSourceByItselfAndOnABackupNotAtAll() throws Exception {
        var master = node(1, DUAL, "advskew=0");
        master.await("serving web");
        var backup = node(2, DUAL, "advskew=50");
        backup.awaitState("BACKUP");
        // This is the source that the kernel chooses by itself.
        assertEquals("10.9.0.1", source(1, "10.9.0.3"));
        assertEquals("fd09::1", source(1, "fd09::3"));
        var deprecated = lan.host(1).ip("-6 address show dev eth0 to fd09::100");
        assertTrue(deprecated.contains("deprecated") && deprecated.contains("preferred_lft 0sec"), deprecated);
        // A program on the master may choose the virtual IP as its source; on a backup it cannot.
        for (var family : List.of("-4 10.9.0.3 10.9.0.100", "-6 fd09::3 fd09::100")) {
            var parts = family.split(" ");
            ping(1, parts);
            var refused = assertThrows(IllegalStateException.class, () -> ping(2, parts));
            System.out.println(
                    "a backup from the virtual IP: " + refused.getMessage().trim());
            assertTrue(refused.getMessage().contains("annot assign requested address"), refused.getMessage());
        }
        var route =
                assertThrows(IllegalStateException.class, () -> lan.host(2).ip("route get 10.9.0.3 from 10.9.0.100"));
        System.out.println(
                "a backup's route from the virtual IP: " + route.getMessage().trim());
    }

    private void ping(int n, String... parts) {
        lan.host(n).run("ping", parts[0], "-c", "1", "-w", "20", "-I", parts[2], parts[1]);
    }

    private String source(int n, String to) {
        var route = lan.host(n).ip("route get " + to);
        System.out.println("host " + n + ": " + route.trim());
        return route.replaceAll("(?s).* src (\\S+) .*", "$1");
    }

    @Test
    void addressesAreBackWhenTheLinkIsBack() throws Exception {
        var alone = node(1, DUAL, "");
        alone.await("serving web");
        for (int n = 0; n < 2; n++) {
            int before = alone.lines().size();
            // With the link Linux removes all IPv6 addresses of the interface, the virtual IP among them.
            lan.host(1).ip("link set eth0 down");
            alone.awaitState("INIT");
            BinderHost.await("nothing is left", () -> hasNone(alone, DUAL));
            lan.host(1).ip("link set eth0 up");
            alone.await("serving web", before);
            assertTrue(hasAll(alone, DUAL));
        }
        assertFalse(alone.ask("status").contains("findings [Finding"), "nothing is wrong");
    }

    /** A backup reports it before it has to serve, and a master goes on with the other family. */
    @ParameterizedTest
    @ValueSource(strings = {"MASTER", "BACKUP"})
    void aFamilyThatIsLostAloneIsNamedAndWhatIsMissingUntilItIsBack(String state) throws Exception {
        if (state.equals("BACKUP")) {
            node(2, DUAL, "advskew=0").await("serving web");
        }
        var node = node(1, DUAL, "advskew=100");
        node.awaitState(state);
        int before = node.lines().size();
        var linkLocal = linkLocal();
        lan.host(1).ip("-6 address delete " + linkLocal + "/64 dev eth0");
        node.await("finding web web: interface eth0 has no link-local IPv6 address to advertise from", before);
        assertEquals(state, node.state());
        lan.host(1).ip("-6 address add " + linkLocal + "/64 dev eth0 nodad");
        BinderHost.await("settled", () -> node.ask("status").contains("findings [] "));
        assertEquals(state, node.state());
    }

    private String linkLocal() {
        return lan.host(1).ip("-6 -o address show dev eth0 scope link").replaceAll("(?s).* inet6 (\\S+)/64 .*", "$1");
    }
}
