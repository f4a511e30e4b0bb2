// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.keys.Key;
import io.carp.keys.TrackKeys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrackConfigTest {
    private static final long SECOND = 1_000_000_000L;

    /** Parses the lines of a file, which bars separate. */
    private static TrackConfig parse(String lines) throws ConfigurationRefused {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("service.pid", "carp.track~db");
        map.put("component.name", "io.carp.track.Track");
        map.put("felix.fileinstall.filename", "file:/etc/carp.track-db.cfg");
        for (String line : lines.split("\\|")) {
            String[] pair = line.split("=", 2);
            map.put(pair[0].strip(), pair.length < 2 ? "" : pair[1].strip());
        }
        return TrackConfig.parse("db", map, null);
    }

    @Test
    void oneThingIsEnoughAndTheRestIsAsKeepalivedHasIt() throws Exception {
        TrackConfig config = parse("tcp = 10.0.0.5:5432");
        assertEquals("tcp 10.0.0.5:5432", config.thing());
        assertNotNull(config.check());
        assertEquals(List.of(), config.hosts());
        assertEquals(240, config.amount());
        assertEquals(1, config.rise());
        assertEquals(1, config.fall());
        assertEquals(SECOND, config.interval());
        assertEquals(SECOND, config.timeout());
    }

    @Test
    void everyKeyIsRead() throws Exception {
        TrackConfig config = parse("process = nginx | for = web, db | amount = 20 | rise = 2 | fall = 3"
                + " | interval = 0.25 | timeout = 5.5");
        assertEquals(List.of("web", "db"), config.hosts());
        assertEquals(20, config.amount());
        assertEquals(2, config.rise());
        assertEquals(3, config.fall());
        assertEquals(SECOND / 4, config.interval());
        assertEquals(11 * SECOND / 2, config.timeout());
    }

    /** This is how FileInstall reads what an editor wrote in UTF-8. */
    @Test
    void lettersBeyondAsciiAreThoseThatWereWritten() throws Exception {
        String read = new String("b\u00fcro".getBytes(UTF_8), ISO_8859_1);
        TrackConfig config = parse("tcp = 10.0.0.5:5432 | for = web, " + read);
        assertEquals(List.of("web", "b\u00fcro"), config.hosts());
    }

    @Test
    void timeoutIsAsIntervalButAtLeastASecond() throws Exception {
        assertEquals(SECOND, parse("process = nginx | interval = 0.2").timeout());
        assertEquals(10 * SECOND, parse("process = nginx | interval = 10").timeout());
    }

    /** The parser may refuse the value, as long as it knows the key. */
    @Test
    void eachThingHasItsCheck() {
        for (Key<?> key : TrackKeys.THINGS.keys()) {
            assertDoesNotThrow(() -> {
                try {
                    parse(key + " = x");
                } catch (ConfigurationRefused e) {
                    assertTrue(e.getMessage().startsWith(key + " = x: allowed is "), e.getMessage());
                }
            });
        }
    }

    @Test
    void aServiceIsAFilterAndNeedsNoQuestions() throws Exception {
        TrackConfig config = parse("service = (objectClass=javax.sql.DataSource) | amount = 1 | rise =");
        assertNotNull(config.services());
        assertNull(config.check());
    }

    @Test
    void valuesFromAProgramMayHaveTypes() throws Exception {
        TrackConfig config = TrackConfig.parse(
                "db", Map.of("tcp", "db:1", "amount", 7, "interval", 2.5, "for", new String[] {"a", "b"}), null);
        assertEquals(7, config.amount());
        assertEquals(5 * SECOND / 2, config.interval());
        assertEquals(List.of("a", "b"), config.hosts());
        assertEquals(
                List.of("c"),
                TrackConfig.parse("db", Map.of("tcp", "db:1", "for", List.of("c")), null)
                        .hosts());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp = 10.0.0.5:1",
                "tcp = db.example.org:65535",
                "tcp = [fd00::5]:5432",
                "tcp = [fe80::1%eth0]:80",
                "interface = eth1",
                "interface = lo | interval = 0.1 | timeout = 3600",
                "script = /usr/bin/test -d /tmp",
                "process = nginx",
                "process = /run/nginx.pid",
                "healthCheck = db",
                "tcp = db:1 | amount = 240",
                "tcp = db:1 | rise = 1000 | fall = 1000",
            })
    void isGood(String lines) throws Exception {
        assertNotNull(parse(lines).check());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "amount = 3; nothing is tracked here; exactly one of service, healthCheck, interface, script, process, tcp",
                "tcp = a:1 | process = b; process and tcp in one file; exactly one of",
                "tcp =; nothing is tracked; exactly one",
                "tcp = a:1 | intervall = 3; unknown key intervall; interval",
                "tcp = a; tcp = a:; host:port",
                "tcp = a:0; tcp = a:0; 1..65535",
                "tcp = a:65536; tcp = a:65536; 1..65535",
                "tcp = 10.0.0.300:80; tcp = 10.0.0.300:80; host:port",
                "tcp = 10.0.0:80; tcp = 10.0.0:80; host:port",
                "tcp = fd00::5:80; tcp = fd00::5:80; [fd00::5]:5432",
                "tcp = http://a:80; tcp = http://a:80; host:port",
                "service = javax.sql.DataSource; service = javax.sql.DataSource; LDAP filter",
                "service = (a=b) | interval = 1; interval = 1; not allowed beside service",
                "service = (a=b) | rise = 1; rise = 1; not allowed beside service",
                "service = (a=b) | fall = 1; fall = 1; not allowed beside service",
                "service = (a=b) | timeout = 1; timeout = 1; not allowed beside service",
                "healthCheck = a b; healthCheck = a b; one tag",
                "healthCheck = -a; healthCheck = -a; one tag",
                "interface = eth0 eth1; interface = eth0 eth1; 1..15 characters",
                "interface = ../../x; interface = ../../x; 1..15 characters",
                "interface = abcdefghijklmnop; interface = abcdefghijklmnop; 1..15 characters",
                "script = check; script = check; absolute path",
                "process = run/nginx.pid; process = run/nginx.pid; absolute path of a pid file",
                "tcp = a:1 | amount = 0; amount = 0; 1..240",
                "tcp = a:1 | amount = 241; amount = 241; 1..240",
                "tcp = a:1 | amount = -5; amount = -5; 1..240",
                "tcp = a:1 | amount = 10 # ten; amount = 10 # ten; line of its own",
                "tcp = a:1 | rise = 0; rise = 0; 1..1000",
                "tcp = a:1 | fall = 1001; fall = 1001; 1..1000",
                "tcp = a:1 | fall = two; fall = two; whole number",
                "tcp = a:1 | interval = 0; interval = 0; 0.1..3600",
                "tcp = a:1 | interval = 0.05; interval = 0.05; 0.1..3600",
                "tcp = a:1 | interval = 1s; interval = 1s; 0.1..3600",
                "tcp = a:1 | timeout = 3601; timeout = 3601; 0.1..3600",
                "tcp = a:1 | for = web,; for = web,; names of virtual hosts",
                "tcp = a:1 | for = web db; for = web db; names of virtual hosts",
            })
    void isRefusedInWords(String lines, String what, String allowed) {
        String message =
                assertThrows(ConfigurationRefused.class, () -> parse(lines)).getMessage();
        assertTrue(message.contains(what) && message.contains(allowed), message);
    }
}
