// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes of ours, each a process in a namespace: which failures end a mastership, and which do not. */
class StartAndStayLinkTest {
    private static final String VIP = "10.9.0.100";

    /** A master may stand still for nine seconds before another node takes it for dead. */
    private static final String DUAL_STACK = " advbase=3 virtualIps=10.9.0.100,fd09::100";

    private Lan lan;

    @BeforeEach
    void setUp() {
        lan = new Lan("carp-stay", 2);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    private EngineNode node(int n, String settings) throws Exception {
        return new EngineNode(lan.host(n)).web(settings);
    }

    @Test
    void aMasterThatIgnoresItsLinkKeepsTheAddressAndOneWithoutCarrierStarts() throws Exception {
        var master = node(1, "advskew=0 ignoreLink=true");
        master.await("serving web");
        var backup = node(2, "advskew=100 ignoreLink=true");
        backup.awaitState("BACKUP");
        lan.wire().ip("link set port1 down");
        var finding = master.await("finding web").text();
        assertTrue(finding.contains("has no carrier; ignored, for ignoreLink = true"), finding);
        backup.await("serving web"); // This takes longer than a lease from the loss of the link on.
        BinderHost.await(
                "the address stays", () -> master.has(VIP) && master.state().equals("MASTER"));
        assertTrue(master.lines().stream().noneMatch(line -> line.text().startsWith("state web INIT hardware")));
        lan.wire().ip("link set port1 up");
        backup.awaitState("BACKUP");
        BinderHost.await("the address is at the better", () -> master.has(VIP) && !backup.has(VIP));

        lan.wire().ip("link set port2 down");
        backup.await("finding web");
        backup.awaitState("MASTER");
        BinderHost.await("the address is there", () -> backup.has(VIP));
    }

    @Test
    void aMasterThatLostOneFamilyIsLeftAlone() throws Exception {
        var backup = withoutIpv4("all");
        int before = number(backup.ask("status"), "ipackets6");
        // This takes twelve seconds, and the master-down time is a little more than nine.
        BinderHost.await(
                "four IPv6 advertisements", 60_000, () -> number(backup.ask("status"), "ipackets6") >= before + 4);
        assertEquals("BACKUP", backup.state());
        assertTrue(backup.lines().stream().noneMatch(line -> line.text().startsWith("state web MASTER")));
    }

    @Test
    void aMasterThatLostOneFamilyIsTakenOverAsTheBsdsDoIfThatIsWanted() throws Exception {
        var backup = withoutIpv4("any");
        var promoted = backup.await("state web MASTER").text();
        assertTrue(promoted.contains("master timed out"), promoted);
        // The better master is heard in the other family all the time.
        backup.await("state web BACKUP more frequent advertisement received");
    }

    /** Starts a master and a backup, takes the master's IPv4 address away while it speaks, and returns the backup. */
    private EngineNode withoutIpv4(String familyRule) throws Exception {
        var master = node(1, "advskew=0" + DUAL_STACK);
        master.await("serving web");
        var backup = node(2, "advskew=50 familyRule=" + familyRule + DUAL_STACK);
        backup.awaitState("BACKUP");
        BinderHost.await("it is heard in both families", 60_000, () -> {
            var status = backup.ask("status");
            return number(status, "ipackets") > 0 && number(status, "ipackets6") > 0;
        });
        assertEquals("BACKUP", backup.state());
        lan.host(1).ip("address del 10.9.0.1/24 dev eth0");
        return backup;
    }

    private static int number(String status, String counter) {
        Matcher m = Pattern.compile("\\b" + counter + "=(\\d+)").matcher(status);
        assertTrue(m.find(), status);
        return Integer.parseInt(m.group(1));
    }
}
