// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UdpSettingsTest {
    @Test
    void withoutAFileThereArePortAndNoPeers() {
        var settings = UdpSettings.of(Map.of(
                "carp.transport", "udp", "component.name", "x", "service.pid", "y", "felix.fileinstall.filename", "z"));
        assertEquals(5112, settings.port());
        assertNull(settings.bind());
        assertTrue(settings.peers().isEmpty());
    }

    @Test
    void peersAreLiteralsEachWithItsPortOrTheCommonOne() {
        var settings = UdpSettings.of(
                Map.of("port", " 7000 ", "peers", "10.0.0.2, 10.0.0.3:9 ,[fd00::2],[fd00::3]:10,fd00::4,"));
        assertEquals(
                "[/10.0.0.2:7000, /10.0.0.3:9, /[fd00:0:0:0:0:0:0:2]:7000, /[fd00:0:0:0:0:0:0:3]:10,"
                        + " /[fd00:0:0:0:0:0:0:4]:7000]",
                settings.peers().toString());
    }

    @Test
    void bindIsALiteral() {
        var bind = UdpSettings.of(Map.of("bind", "127.0.0.1")).bind();
        assertEquals("/127.0.0.1", String.valueOf(bind));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port | abc | port = abc: a port is a whole number 1..65535",
                "port | 0 | port = 0: a port is a whole number 1..65535",
                "port | 65536 | port = 65536: a port is a whole number 1..65535",
                "port | 5112 # mine | port = 5112 # mine: a port is a whole number 1..65535 (a comment needs its own line)",
                "bind | localhost | bind = localhost: an address in digits",
                "bind | 10.0.0.256 | bind = 10.0.0.256: an address in digits",
                "bind | 1 | bind = 1: an address in digits",
                "bind | %eth0 | bind = %eth0: an address in digits",
                "peers | web2 | peers = web2: an address in digits is allowed, such as 10.0.0.2 or fd00::2; host names are not",
                "peers | 10.0.0.1,web2:9 | peers = web2:9: an address in digits",
                "peers | fd00::2]:9 | peers = fd00::2]:9: with a port an IPv6 address goes into brackets",
                "peers | [fd00::g] | peers = [fd00::g]: an address in digits",
                "peers | 10.0.0.1: | peers = 10.0.0.1:: a port is a whole number",
                "peers | 10.0.0.1:99999 | peers = 10.0.0.1:99999: a port is a whole number",
                "peer | 10.0.0.1 | unknown key peer: allowed are bind, peers, port",
            })
    void refusesWithKeyValueAndWhatIsAllowed(String key, String value, String sentence) {
        var refused = assertThrows(IllegalArgumentException.class, () -> UdpSettings.of(Map.of(key, value)));
        assertTrue(refused.getMessage().startsWith(sentence), refused.getMessage());
    }

    @Test
    void refusesPeersThatCannotBeReachedFromBind() {
        var refused = assertThrows(
                IllegalArgumentException.class,
                () -> UdpSettings.of(Map.of("bind", "127.0.0.1", "peers", "127.0.0.2,[::1]")));
        assertEquals("peers = [::1]: the address must be of the same family as bind = 127.0.0.1", refused.getMessage());
    }
}
