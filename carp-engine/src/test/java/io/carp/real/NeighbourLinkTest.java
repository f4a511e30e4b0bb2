// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.AddressMessage;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two processes of one machine, host 1, want the same address or vhid. Host 2 is a client. */
class NeighbourLinkTest {
    private static final String VIP = "10.9.0.100";
    private static final int ROUNDS = 20;
    private static final Pattern PINGED = Pattern.compile("(\\d+) packets transmitted, (\\d+) received");

    private Lan lan;
    private Wiretap wire;
    private final List<String> addressChanges = new CopyOnWriteArrayList<>();

    @BeforeEach
    void setUp() throws Exception {
        lan = new Lan("carp-neigh", 2);
        wire = new Wiretap(lan);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void aSecondProcessHowOftenItStartsAndEndsTouchesNothingOfTheFirst() throws Exception {
        var first = node("one").web("advskew=0");
        first.await("serving web");
        watchAddresses();
        var ping = lan.host(2).start("ping", "-i", "0.05", VIP);
        int mark = wire.mark();
        for (int n = 0; n < ROUNDS; n++) {
            var second = node("two").web("advskew=20");
            second.await(refusal(first));
            if (n == 0) {
                var status = second.ask("status");
                assertTrue(status.contains(refusal(first).substring("finding web ".length())), status);
                wire.await(wire.mark(), 3, from(1));
                System.out.println(second.await(refusal(first)).text());
            }
            assertEquals("INIT", second.state());
            if (n % 2 == 0) {
                second.stop();
            } else {
                second.signal("KILL");
            }
        }
        new ProcessBuilder("kill", "-INT", "" + ping.pid()).start().waitFor();
        var printed = new String(ping.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher pinged = PINGED.matcher(printed);
        assertTrue(pinged.find(), printed);
        System.out.println("a second process, started and ended " + ROUNDS + " times: " + pinged.group());
        assertTrue(Integer.parseInt(pinged.group(1)) > 100);
        // The last ping may have been on its way.
        int lost = Integer.parseInt(pinged.group(1)) - Integer.parseInt(pinged.group(2));
        assertTrue(lost <= (printed.contains("icmp_seq=" + pinged.group(1) + " ") ? 0 : 1), printed);
        assertEquals(
                List.of(),
                addressChanges.stream()
                        .filter(line -> line.startsWith("Deleted"))
                        .toList());
        assertEquals(List.of(), wire.since(mark, h -> h.advskew() != 0), "nobody said anything but the first");
        assertEquals("MASTER", first.state());
        assertEquals(
                1,
                first.lines().stream()
                        .filter(l -> l.text().startsWith("state web MASTER"))
                        .count());
    }

    @Test
    void theSecondStartsByItselfWhenTheFirstIsKilledAndWhenItHasEnded() throws Exception {
        var first = node("one").web("advskew=0 lease=false");
        first.await("serving web");
        var second = node("two").web("advskew=20");
        second.await(refusal(first));
        first.signal("KILL");
        second.await("serving web");
        assertEquals(1, addresses().size(), "what the dead process left is not there twice");
        assertEquals(2, addresses().get(0).validSeconds(), 2.0, "it has the lease of the second");
        assertTrue(second.ask("status").contains("findings []"));

        var third = node("three").web("advskew=0");
        third.await(refusal(second));
        second.stop();
        third.await("serving web");
        assertEquals(1, addresses().size());
        third.signal("KILL");
        var again = node("three").web("advskew=0");
        again.await("serving web");
        assertEquals(1, addresses().size());
    }

    @Test
    void theVirtualMacOfALivingProcessIsNeitherDeletedNorAdopted() throws Exception {
        lan.host(1).call(() -> {
            var conf = Path.of("/proc/sys/net/ipv4/conf/eth0");
            Files.writeString(conf.resolve("arp_ignore"), "1");
            return Files.writeString(conf.resolve("arp_announce"), "2");
        });
        var first = node("one").web("virtualMac=true advskew=0");
        first.await("serving web");
        var before = lan.host(1).ip("-o link show dev carp7.eth0");
        var second = node("two").web("virtualMac=true advskew=20");
        second.await(refusal(first));
        second.await("finding web web: virtualIps = 10.9.0.100: virtualMac = true: the interface carp7.eth0 is used by"
                + " process " + first.pid() + " of this machine (/opt/one) and was not touched");
        second.stop();
        assertEquals(before, lan.host(1).ip("-o link show dev carp7.eth0"));
        assertTrue(first.has(VIP));

        var third = node("three").web("virtualMac=true advskew=20");
        third.await(refusal(first));
        first.signal("KILL");
        third.await("serving web");
        assertTrue(lan.host(1).ip("-o address show dev carp7.eth0").contains(VIP));
        third.stop();
        assertFalse(lan.host(1).ip("-o link").contains("carp7"));
    }

    @Test
    void anAddressOfAnotherVirtualHostOfALivingProcessIsNotTouched() throws Exception {
        var first = node("one").web("advskew=0");
        first.await("serving web");
        watchAddresses();
        var second = node("two").web("vhid=8 advskew=0");
        second.await("finding web web: virtualIps = 10.9.0.100: 10.9.0.100 is bound by process " + first.pid()
                + " of this machine (/opt/one) and was not touched");
        second.awaitState("INIT");
        // It does not try again as long as the other process lives.
        int lines = second.lines().size();
        wire.await(wire.mark(), 15, from(1).and(h -> h.vhid() == 7));
        assertEquals(lines, second.lines().size(), second.lines().toString());
        assertEquals(
                List.of(),
                addressChanges.stream()
                        .filter(line -> line.startsWith("Deleted"))
                        .toList());
        first.stop();
        second.await("serving web");
        assertTrue(second.has(VIP));
    }

    @Test
    void anAddressThatIsDeletedAgainAndAgainComesBackByItself() throws Exception {
        var only = node("one").web("");
        only.await("serving web");
        for (int n = 0; n < 6; n++) {
            lan.host(1).ip("address del " + VIP + "/32 dev eth0");
            if (n < 5) {
                BinderHost.await("put back", () -> only.has(VIP));
            }
        }
        var finding = only.await("finding web web: virtualIps = 10.9.0.100: 10.9.0.100 was deleted from eth0 6 times in"
                + " a row while this node was MASTER, the last time by process ");
        System.out.println(finding.text());
        assertTrue(finding.text().endsWith("; tried again after 1 s"), finding.text());
        only.await("state web INIT", only.lines().indexOf(finding));
        only.await("serving web", only.lines().indexOf(finding));
        assertTrue(only.has(VIP));
        assertTrue(only.ask("status").contains("findings []"));
    }

    /** Starts a process that calls {@code /opt/<name>} its home. */
    private EngineNode node(String name) throws Exception {
        return new EngineNode(lan.host(1), "-XX:TieredStopAtLevel=1", "-Dkaraf.base=/opt/" + name);
    }

    private static String refusal(EngineNode owner) {
        String home = owner.home();
        return "finding web web: interface = eth0: vhid 7 on eth0 is already run by process " + owner.pid()
                + " of this machine (" + home + "); this virtual host starts by itself when that process has ended";
    }

    private List<AddressMessage> addresses() {
        return lan.host(1).call(() -> BinderHost.dump(VIP));
    }

    private void watchAddresses() throws Exception {
        var monitor = lan.host(1).start("ip", "-o", "monitor", "address");
        var reader = new BufferedReader(new InputStreamReader(monitor.getInputStream(), StandardCharsets.UTF_8));
        var thread = new Thread(
                () -> reader.lines().filter(line -> line.contains(VIP)).forEach(addressChanges::add));
        thread.setDaemon(true);
        thread.start();
        BinderHost.await("a renewal is seen", () -> !addressChanges.isEmpty());
    }
}
