// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Reason;
import io.carp.testing.FakeCarpEngine;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class StatusPageTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    @Test
    void showsEverything() throws Exception {
        InetAddress peer = InetAddress.getByName("192.0.2.2");
        FakeCarpEngine carp = new FakeCarpEngine("web").clock(Clock.fixed(START, ZoneOffset.UTC));
        carp.host("web")
                .link(7, "eth0")
                .virtualIps("10.0.0.100", "fd00::100")
                .interval(1, 10)
                .preempt(true)
                .peer(peer, 1, 100)
                .demotion(200, "disk full", "com.example.disk")
                .counter("badauth", 3)
                .counter("badttl", 0)
                .counter("longestGapMillis", 1003)
                .finding("disk", "full")
                .configurationError("advskew = 255");
        carp.lose("web", Reason.LINK_DOWN);
        carp.take("web");
        StatusPage page = new StatusPage(carp.host("web").view(), START.plusMillis(83_400), ZoneOffset.UTC, false);
        assertEquals(
                """
                MASTER vhid 7 advbase 1 advskew 10
                ! configuration refused: advskew = 255
                ! disk: full (since 2026-01-02 03:04:05.000)
                ! MASTER though demoted: no better node has taken over
                  name         web
                  interface    eth0
                  virtual IPs  10.0.0.100, fd00::100 (bound)
                  since        2026-01-02 03:04:05.000 (1 min 23 s)
                  reason       master timed out
                  master       this node
                  preempt      true
                  effective    advskew 210
                  demotion     200 disk full (com.example.disk)
                  peer         192.0.2.2 advbase 1 advskew 100, heard 1 min 23 s ago
                  counter      badauth 3
                  counter      longestGapMillis 1003
                  transition   2026-01-02 03:04:05.000 INIT -> MASTER (master timed out)
                  transition   2026-01-02 03:04:05.000 BACKUP -> INIT (hardware interface down)
                """,
                page.text()
                        .replace(System.lineSeparator(), "\n")
                        .lines()
                        .limit(18)
                        .reduce("", (a, b) -> a + b + "\n"));
    }

    @Test
    void whoHasLeftIsNoPeerOf255AndWhoWasRefusedHasNoNumbers() throws Exception {
        FakeCarpEngine carp = new FakeCarpEngine("web");
        carp.host("web").peer(InetAddress.getByName("192.0.2.2"), 255, 255);
        String page = page(carp, false);
        assertTrue(page.contains("peer         192.0.2.2 handed over "), page);
        assertEquals(-1, page.indexOf("255"));
        carp.host("web").link(0, "").configurationError("vhid = 0");
        assertEquals("BACKUP", page(carp, false).lines().findFirst().orElseThrow());
    }

    @Test
    void showsZerosAndOlderTransitionsWhenAsked() {
        FakeCarpEngine carp = new FakeCarpEngine("web");
        carp.host("web").counter("badttl", 0);
        for (int i = 0; i < 5; i++) {
            carp.take("web");
            carp.lose("web");
        }
        assertEquals(5, transitions(carp, false));
        assertEquals(11, transitions(carp, true));
        assertTrue(page(carp, true).contains("badttl 0"));
        assertEquals(-1, page(carp, false).indexOf("badttl"));
    }

    @Test
    void agesAreTold() {
        assertEquals("0 s", Age.of(START, START.minusSeconds(5)));
        assertEquals("0.3 s", Age.of(START, START.plusMillis(320)));
        assertEquals("59 s", Age.of(START, START.plusSeconds(59)));
        assertEquals("1 h 1 min", Age.of(START, START.plusSeconds(3_660)));
        assertEquals("2 d 3 h", Age.of(START, START.plusSeconds(2 * 86_400 + 3 * 3_600)));
    }

    private static long transitions(FakeCarpEngine carp, boolean all) {
        return page(carp, all).lines().filter(line -> line.contains("->")).count();
    }

    private static String page(FakeCarpEngine carp, boolean all) {
        return new StatusPage(carp.host("web").view(), Instant.now(), ZoneOffset.UTC, all).text();
    }
}
