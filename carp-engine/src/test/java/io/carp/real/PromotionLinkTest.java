// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.Wiretap.from;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first promotion of a process that has just started. */
class PromotionLinkTest {
    private static final String VIP = "10.9.0.100";
    private static final Pattern WAY = Pattern.compile(
            "io\\.carp\\.((mastership|protocol|host|net)\\.(?!RealHost|ReturnRoutes)|vip\\.(Announce|Bound|Claims|Kernel|NetlinkBinding))[\\w$]+");

    private Lan lan;
    private Wiretap wire;

    @BeforeEach
    void setUp() throws Exception {
        lan = new Lan("carp-promote", 1);
        wire = new Wiretap(lan);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void whatItNeedsIsThereBeforeAndTheAddressFollowsTheAdvertisement() throws Exception {
        var node = new EngineNode(lan.host(1)).web("");
        node.awaitState("BACKUP");
        // The file has a heading and a line for each socket, of which one is there before.
        assertEquals(2, lan.host(1).run("cat", "/proc/net/packet").lines().count(), "no packet socket yet");
        long serving = node.await("serving web").micros();
        long announced = wire.awaitAnnounced(VIP);
        long advertised = wire.await(0, 1, from(1)).get(0).micros();
        long after = announced - advertised;
        System.out.println("first promotion of a process: announced " + after + " us, served " + (serving - advertised)
                + " us after the first advertisement");
        assertTrue(after > 0, after + " us");
    }

    /** A class that is loaded on the way to the first announcement makes the network wait. */
    @Test
    void nothingIsUsedForTheFirstTime(@TempDir Path directory) throws Exception {
        var log = directory.resolve("classes");
        var node = new EngineNode(lan.host(1), "-Xlog:class+load:file=" + log + "::filesize=0").web("");
        node.awaitState("BACKUP");
        Set<String> before = classesOnTheWay(log);
        node.await("serving web");
        wire.awaitAnnounced(VIP);
        Set<String> first = new TreeSet<>(classesOnTheWay(log));
        first.removeAll(before);
        assertEquals(Set.of(), first);
    }

    /**
     * The loaded classes, lambdas included, that lie between the decision and the announcement. A look at the routes
     * may fall into that time by chance, but it has a thread of its own.
     */
    private static Set<String> classesOnTheWay(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .map(WAY::matcher)
                .filter(Matcher::find)
                .map(Matcher::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The rehearsal of a node without virtual hosts has bound an address, of which nothing is left. */
    @Test
    void theRehearsalLeavesNothing() throws Exception {
        var node = new EngineNode(lan.host(1));
        assertEquals("", lan.host(1).run("ip", "-o", "address", "show", "to", "127.112.0.0/16"));
        assertEquals(
                List.of(),
                node.lines().stream()
                        .filter(line -> line.text().contains("rehearsal"))
                        .toList());
    }
}
