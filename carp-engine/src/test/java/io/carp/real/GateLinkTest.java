// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.BinderHost.await;
import static io.carp.real.GateHost.INTERVAL;
import static io.carp.real.GateHost.addresses;
import static io.carp.real.GateHost.timeless;
import static io.carp.testing.contract.BinderContractTest.DOWN;
import static io.carp.testing.contract.BinderContractTest.UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.ClaimHolder;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The table of the gate in a real kernel: what it is made of, and who else may touch it. */
class GateLinkTest {
    private static final String FOUR = "10.1.0.100";
    private static final String SIX = "fd01::100";
    private static final String LIVE = "elements = { \"eth0\" timeout ";

    private GateHost gate;

    @BeforeEach
    void setUp() {
        gate = new GateHost("carp-gate");
    }

    @AfterEach
    void tearDown() throws Exception {
        if (gate != null) {
            gate.close();
        }
    }

    private AddressBinder.Binding prepared(String... ips) {
        var binding = gate.open(addresses(ips));
        gate.host.in(binding::prepare);
        return binding;
    }

    private String set(int vhid) {
        return gate.nft("list", "set", "netdev", "carp-eth0", "live" + vhid);
    }

    @Test
    void theTableIsReadAgainAsItIsListed() throws Exception {
        prepared(FOUR); // One for each map: nft lists several in any order.
        var udp = gate.open(Addresses.of("udp", "eth0", 9, List.of(BinderHost.ip(SIX)))
                .withLease(1)
                .withShortLease(INTERVAL, 5112, false));
        gate.host.in(udp::prepare);
        String listed = gate.table();
        var file = Files.createTempFile("gate", ".nft");
        try (var other = Netns.create("carp-gate-read")) {
            other.ip("link add eth0 type veth peer name peer0");
            Files.writeString(file, listed);
            other.run("nft", "-f", file.toString());
            assertEquals(timeless(listed), timeless(other.run("nft", "list", "ruleset")));
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void itIsShutUntilTheFirstAdvertisementAndAgainFromTheUnbindOn() {
        var binding = prepared(FOUR);
        assertFalse(set(7).contains(LIVE), set(7));
        binding.advertising(System.nanoTime(), 100 * INTERVAL);
        assertTrue(set(7).contains(LIVE + "25s"), set(7));
        binding.advertised(System.nanoTime());
        gate.host.in(() -> binding.bind(UP));
        assertTrue(set(7).contains(LIVE), set(7));
        gate.host.in(() -> binding.unbind(DOWN));
        assertFalse(set(7).contains(LIVE), set(7));
        gate.host.in(binding::close);
        assertFalse(gate.has("carp-eth0"));
    }

    @Test
    void anUnbindThatComesLateShutsItForNobodyWhoIsMasterAgain() {
        var binding = prepared(FOUR);
        gate.advertise(binding, 100 * INTERVAL);
        gate.host.in(() -> binding.unbind(DOWN));
        gate.host.in(() -> binding.bind(UP));
        assertTrue(set(7).contains(LIVE), set(7));
    }

    @Test
    void whatWasFlushedWhileMasterIsBackWithinASecond() throws Exception {
        var binding = prepared(FOUR);
        gate.advertise(binding, 100 * INTERVAL);
        gate.host.in(() -> binding.bind(UP));
        String before = timeless(gate.table());
        gate.nft("flush", "ruleset");
        await("the table is back", 5000, () -> gate.has("carp-eth0") && set(7).contains(LIVE));
        assertEquals(
                before.replaceAll("timeout \\w+", ""), timeless(gate.table()).replaceAll("timeout \\w+", ""));
        gate.nft("flush", "chain", "netdev", "carp-eth0", "in7");
        await("the rules are back", 5000, () -> gate.table().contains("iif @live7"));
        gate.nft("flush", "set", "netdev", "carp-eth0", "live7");
        await("the addresses work", 5000, () -> set(7).contains(LIVE));
        gate.host.in(() -> binding.unbind(DOWN));
        gate.nft("delete", "table", "netdev", "carp-eth0");
        await("a backup's, too", 5000, () -> gate.has("carp-eth0"));
        assertEquals(List.of(), gate.unguarded);
    }

    @Test
    void whatAProcessThatDiedHasLeftGoesWithTheNextStart() throws Exception {
        var binding = prepared(FOUR);
        var file = Files.createTempFile("gate", ".nft");
        Files.writeString(file, gate.table());
        gate.host.in(binding::close);
        assertFalse(gate.has("carp-eth0"));
        gate.nft("-f", file.toString());
        Files.delete(file);
        gate.nft("add rule netdev carp-eth0 in counter comment \"left\"");
        prepared(FOUR);
        assertFalse(gate.table().contains("left"), gate.table());
        assertFalse(gate.has("carp-eth0-2"));
    }

    @Test
    void tablesOfOthersStayAsTheyAre() throws Exception {
        gate.nft("add table netdev carp-eth0; add map netdev carp-eth0 in4 { type ipv4_addr : verdict; };"
                + " add chain netdev carp-eth0 mine; add element netdev carp-eth0 in4 { 10.9.9.9 : goto mine };"
                + " add table inet fw; add chain inet fw c { type filter hook input priority 0; };"
                + " add rule inet fw c tcp dport 22 accept");
        String before = gate.nft("list", "ruleset");
        var binding = prepared(FOUR);
        assertTrue(gate.has("carp-eth0-2"));
        gate.host.in(binding::close);
        assertEquals(before, gate.nft("list", "ruleset"));
    }

    /** As that of its peer on another interface. */
    @Test
    void theTableOfAnotherProcessThatLivesStays() throws Exception {
        gate.nft("add table netdev carp-eth0; add map netdev carp-eth0 in4 { type ipv4_addr : verdict; };"
                + " add chain netdev carp-eth0 in7; add element netdev carp-eth0 in4 { " + FOUR + " : goto in7 }");
        String before = gate.table();
        var other = gate.host.netns.start(
                ClaimHolder.command("table/carp-eth0", "/opt/other").toArray(String[]::new));
        assertEquals("held", other.inputReader().readLine());
        prepared(FOUR);
        assertTrue(gate.has("carp-eth0-2"));
        assertEquals(before, gate.table());
    }

    @Test
    void anAddressThatSomebodyElseHasIsNotGuarded() throws Exception {
        var binding = prepared(FOUR);
        assertTrue(gate.table().contains(FOUR));
        gate.host.netns.ip("address add " + FOUR + "/24 dev eth0");
        assertThrows(IllegalStateException.class, () -> gate.host.in(() -> binding.bind(UP)));
        assertFalse(gate.has("carp-eth0"));
        assertThrows(IllegalStateException.class, () -> gate.host.in(binding::prepare));
        assertFalse(gate.has("carp-eth0"));
        gate.host.netns.ip("address delete " + FOUR + "/24 dev eth0");
        gate.host.in(binding::prepare);
        assertTrue(gate.table().contains(FOUR));
    }

    @Test
    void addressesComeAndGoAndMoveBetweenVirtualHosts() throws Exception {
        var seven = prepared(FOUR, SIX);
        var eight = gate.open(Addresses.of("mail", "eth0", 8, List.of(BinderHost.ip("10.1.0.108")))
                .withLease(1)
                .withShortLease(INTERVAL, 0, true));
        gate.host.in(eight::prepare);
        var changed = Addresses.of("mail", "eth0", 8, List.of(BinderHost.ip(FOUR), BinderHost.ip("10.1.0.109")))
                .withLease(1)
                .withShortLease(INTERVAL, 0, true);
        gate.host.in(() -> eight.update(changed));
        gate.host.in(() -> seven.update(addresses(SIX)));
        String table = gate.table();
        assertTrue(table.contains(FOUR + " : goto in8"), table);
        assertTrue(table.contains(FOUR + " : goto out8"), table);
        assertTrue(table.contains("10.1.0.109 : goto in8"), table);
        assertTrue(table.contains("fd01::100 : goto in7"), table);
        assertFalse(table.contains("10.1.0.108"), table);
        gate.host.in(seven::close);
        assertFalse(gate.table().contains("live7"), gate.table());
        assertTrue(gate.table().contains(FOUR + " : goto in8"), table);
    }

    @Test
    void anEditTurnsItOffAndOn() {
        var binding = prepared(FOUR);
        gate.host.in(() -> binding.update(BinderHost.addresses(1, FOUR)));
        assertFalse(gate.has("carp-eth0"));
        gate.host.in(() -> binding.update(addresses(FOUR)));
        assertTrue(gate.has("carp-eth0"));
    }

    /** As to a peer whose machine is not there: the kernel keeps the advertisement, and nothing passes the gate. */
    @Test
    void advertisementsThatMayStayInTheKernelLetItWorkAllTheSame() throws Exception {
        var binding = gate.open(BinderHost.addresses(1, FOUR).withShortLease(INTERVAL, 0, false));
        gate.host.in(binding::prepare);
        gate.advertise(binding, 50 * INTERVAL);
        gate.host.in(() -> binding.bind(UP));
        gate.nft("flush", "set", "netdev", "carp-eth0", "live7");
        gate.advertise(binding, 50 * INTERVAL);
        assertTrue(set(7).contains("elements = { \"eth0\""), set(7));
    }

    /** A demoted node advertises less often, and its advertisements let the address work for longer. */
    @Test
    void anotherIntervalIsAnotherLease() throws Exception {
        var binding = prepared(FOUR);
        assertTrue(set(7).matches("(?s).*timeout 2\\d\\dms.*"), set(7));
        gate.advertise(binding, INTERVAL);
        gate.host.in(() -> binding.bind(UP));
        gate.advertise(binding, 200 * INTERVAL);
        assertTrue(set(7).matches("(?s).*eth0\" .*expires (50s|49s\\d+ms) .*"), "at once: " + set(7));
        await("each advertisement renews that", 5000, () -> set(7).contains("\ttimeout 50s"));
        assertTrue(set(7).contains(LIVE), set(7));
    }

    @Test
    void anotherInterfaceOfThatNameGetsATableOfItsOwn() throws Exception {
        prepared(FOUR);
        gate.host.netns.ip("link delete eth0");
        gate.host.netns.ip("link add eth0 type veth peer name other");
        gate.host.netns.ip("link set eth0 up");
        await(
                "the table is there",
                5000,
                () -> gate.has("carp-eth0") && gate.table().contains("\"eth0\" timeout 1m"));
        assertTrue(gate.table().contains("device \"eth0\""), gate.table());
        assertEquals(List.of(), gate.unguarded);
    }

    @Test
    void anInterfaceThatComesLaterIsGuardedBeforeItsAddresses() throws IOException {
        var late = gate.open(Addresses.of("late", "late0", 7, List.of(BinderHost.ip(FOUR)))
                .withLease(1)
                .withShortLease(INTERVAL, 0, true));
        gate.host.in(late::prepare);
        assertFalse(gate.has("carp-late0"));
        gate.host.netns.ip("link add late0 type veth peer name late1");
        gate.host.netns.ip("link set late0 up");
        gate.advertise(late, 100 * INTERVAL);
        gate.host.in(() -> late.bind(UP));
        assertTrue(gate.has("carp-late0"));
        String set = gate.nft("list", "set", "netdev", "carp-late0", "live7");
        assertTrue(set.contains("\"late0\" timeout "), set);
    }
}
