// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.VirtualIp;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every key: what is taken, what is refused, and in which words. */
public class VirtualHostConfigTest {
    private static final Path BASE = Path.of("");

    /** A cfg file with these keys in addition to the required ones. A key with the value null counts as left out. */
    public static Map<String, Object> file(String... pairs) {
        Map<String, Object> file =
                new HashMap<>(Map.of("interface", "eth0", "vhid", "7", "pass", "secret", "virtualIps", "10.0.0.100"));
        for (int i = 0; i < pairs.length; i += 2) {
            file.put(pairs[i], pairs[i + 1]);
        }
        return file;
    }

    private static VirtualHostConfig parse(String... pairs) throws ConfigurationRefused {
        return VirtualHostConfig.parse("web", file(pairs), Map.of(), BASE);
    }

    static String refusal(Map<String, ?> file) {
        return String.valueOf(
                assertThrows(ConfigurationRefused.class, () -> VirtualHostConfig.parse("web", file, Map.of(), BASE))
                        .getMessage());
    }

    private static String refusal(String... pairs) {
        return refusal(file(pairs));
    }

    private static List<String> ips(VirtualHostConfig config) {
        return config.addresses().virtualIps().stream().map(VirtualIp::toString).collect(Collectors.toList());
    }

    @Test
    void theDefaults() throws ConfigurationRefused {
        VirtualHostConfig config = parse();
        assertEquals("7@eth0", config.subsystem());
        assertEquals(1, config.settings().advbase());
        assertEquals(0, config.settings().advskew());
        assertFalse(config.settings().preempt());
        assertEquals(3, config.settings().deadRatio());
        assertEquals(60, config.settings().digestOverlapSeconds());
        assertEquals(2, config.settings().leaseSeconds());
        assertEquals(2, config.addresses().leaseSeconds());
        assertEquals(TimeUnit.SECONDS.toNanos(5), config.hookTimeoutNanos());
        assertEquals(10_000, config.addresses().scriptTimeoutMillis());
        assertFalse(config.bindInSpiteOfFailure());
        assertFalse(config.start().neutral());
        assertEquals(List.of(), config.warnings());
        assertEquals(List.of("10.0.0.100"), ips(config));
    }

    @Test
    void everythingSet() throws ConfigurationRefused {
        VirtualHostConfig config = parse(
                "interface", " br-lan ",
                "vhid", " 255 ",
                "virtualIps", "10.0.0.1/24, fd00::1 ,10.0.0.2",
                "advbase", "255",
                "advskew", "254",
                "preempt", "true",
                "deadRatio", "255",
                "lease", "false",
                "label", "eth0:web",
                "upScript", "/up",
                "downScript", "/down",
                "xparam", "a b # c",
                "hookTimeout", "3600",
                "scriptTimeout", "1",
                "beforeFailure", "bind",
                "digestOverlap", "0");
        assertEquals("255@br-lan", config.subsystem());
        assertEquals(List.of("10.0.0.1/24", "fd00:0:0:0:0:0:0:1", "10.0.0.2"), ips(config));
        assertEquals(255, config.settings().advbase());
        assertEquals(254, config.settings().advskew());
        assertTrue(config.settings().preempt());
        assertEquals(255, config.settings().deadRatio());
        assertEquals(0, config.addresses().leaseSeconds());
        assertEquals("eth0:web", config.addresses().label());
        assertEquals("/up", config.addresses().upScript());
        assertEquals("/down", config.addresses().downScript());
        assertEquals("a b # c", config.addresses().xparam());
        assertEquals(TimeUnit.HOURS.toNanos(1), config.hookTimeoutNanos());
        assertEquals(1000, config.addresses().scriptTimeoutMillis());
        assertTrue(config.bindInSpiteOfFailure());
        assertEquals(0, config.settings().digestOverlapSeconds());
    }

    @Test
    void aLeaseIsOneSecondLessThanThePatienceOfAPeer() throws ConfigurationRefused {
        assertEquals(1, parse("advbase", "0", "advskew", "50").addresses().leaseSeconds());
        assertEquals(8, parse("advbase", "3", "deadRatio", "9").addresses().leaseSeconds());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "vhid, abc, 1..255",
                "vhid, 0, 1..255",
                "vhid, 256, 1..255",
                "vhid, 7.0, 1..255",
                "vhid, 99999999999, 1..255",
                "advbase, -1, 0..255",
                "advbase, 256, 0..255",
                "advskew, 255, 0..254",
                "advskew, x, 0..254",
                "preempt, yes, true or false",
                "preempt, TRUE, true or false",
                "lease, 1, true or false",
                "deadRatio, 0, 1..255",
                "hookTimeout, 0, 1..3600",
                "hookTimeout, 3601, 1..3600",
                "scriptTimeout, 0, 1..3600",
                "digestOverlap, 3601, 0..3600",
                "beforeFailure, stepdown, stepDown or bind",
                "interface, a-name-that-is-too-long, 1..15 characters",
                "interface, ../eth0, 1..15 characters",
                "interface, bond0.061@bond0eth0, drop what follows @",
                "label, sixteen-chars-16, 15 characters",
                "label, eth0 web, 15 characters",
                "virtualIps, 10.0.0.256, unicast addresses",
                "virtualIps, 10.0.0, unicast addresses",
                "virtualIps, example.org, unicast addresses",
                "virtualIps, 224.0.0.18, unicast addresses",
                "virtualIps, ff02::12, unicast addresses",
                "virtualIps, 0.0.0.0, unicast addresses",
                "virtualIps, ::, unicast addresses",
                "virtualIps, 255.255.255.255, unicast addresses",
                "virtualIps, fe80::1%eth1, unicast addresses",
                "virtualIps, 010.0.0.1, unicast addresses",
                "virtualIps, 10.0.0.1/33, prefix length 0..32",
                "virtualIps, 10.0.0.1/, prefix length 0..32",
                "virtualIps, 10.0.0.1/-1, prefix length 0..32",
                "virtualIps, fd00::1/129, prefix length 0..128",
                "passFile, no/such/file, a readable file",
            })
    void refusedWithKeyValueAndWhatIsAllowed(String key, String value, String allowed) {
        Map<String, Object> file = file(key, value);
        if (key.equals("passFile")) {
            file.remove("pass");
        }
        String sentence = refusal(file);
        assertTrue(sentence.startsWith(key + " = " + value + ": allowed is "), sentence);
        assertTrue(sentence.contains(allowed), sentence);
        assertFalse(sentence.contains("line of its own"), sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vhid", "interface", "pass", "virtualIps"})
    void missing(String key) {
        for (String nothing : new String[] {null, "", "  "}) {
            if (key.equals("pass") && nothing != null) {
                continue; // An empty pass is allowed and blanks are refused in other words, see SecretTest.
            }
            String sentence = refusal(key, nothing);
            assertTrue(sentence.startsWith(key + " is missing: allowed is "), sentence);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "vhid, 7  # seven",
        "advskew, 0 ; better",
        "preempt, true # sysctl",
        "virtualIps, 10.0.0.1 # web",
        "interface, eth0 # lan",
        "label, web # web",
        "beforeFailure, bind # so be it",
        "hookTimeout, 5 # seconds"
    })
    void aTrailingCommentIsExplained(String key, String value) {
        String sentence = refusal(key, value);
        assertTrue(sentence.startsWith(key + " = " + value), sentence);
        assertTrue(sentence.endsWith("(a comment needs a line of its own)"), sentence);
    }

    @Test
    void unknownKeys() {
        String sentence = refusal("vihd", "7");
        assertTrue(sentence.startsWith("unknown key vihd: allowed are advbase, advskew, "), sentence);
        assertTrue(sentence.contains(", binder.target, ") && sentence.contains(", transport.target, "), sentence);
        assertFalse(refusal("passs", "dont-tell").contains("dont-tell"));
    }

    @Test
    void whatTheFrameworkAddsIsNotUnknown() throws ConfigurationRefused {
        parse(
                "service.pid", "carp.vhost~web",
                "service.factoryPid", "carp.vhost",
                "component.name", "x",
                "felix.fileinstall.filename", "file:/x",
                "org.apache.karaf.features.configKey", "x",
                "transport.target", "(carp.transport=udp)",
                "binder.target", "(carp.binder=none)");
    }

    @Test
    void aTargetThatNobodyReadsIsAMistake() {
        assertTrue(refusal("transprt.target", "(carp.transport=udp)").startsWith("unknown key transprt.target"));
    }

    @Test
    void noAddressesOnlyWithoutABinder() throws ConfigurationRefused {
        assertTrue(refusal("virtualIps", "").contains("(carp.binder=none)"));
        assertEquals(List.of(), ips(parse("virtualIps", "", "binder.target", "( carp.binder = none )")));
        assertTrue(refusal("virtualIps", "", "binder.target", "(carp.binder=nonesuch)")
                .contains("(carp.binder=none)"));
        assertTrue(refusal("virtualIps", "10.0.0.1,,10.0.0.2").startsWith("virtualIps = : allowed"), "an empty item");
    }

    @Test
    void theSameAddressTwice() throws ConfigurationRefused {
        assertEquals(List.of("10.0.0.1"), ips(parse("virtualIps", "10.0.0.1, 10.0.0.1/32")));
        assertTrue(refusal("virtualIps", "10.0.0.1/24, 10.0.0.1").contains("twice"));
    }

    @Test
    void typedValuesFromElsewhere() throws ConfigurationRefused {
        Map<String, Object> file = file();
        file.put("vhid", 9);
        file.put("preempt", true);
        file.put("virtualIps", new String[] {"10.0.0.1", " 10.0.0.2 "});
        VirtualHostConfig config = VirtualHostConfig.parse("web", file, Map.of(), BASE);
        assertEquals(9, config.settings().vhid());
        assertTrue(config.settings().preempt());
        assertEquals(List.of("10.0.0.1", "10.0.0.2"), ips(config));
        file.put("virtualIps", List.of("10.0.0.3"));
        assertEquals(List.of("10.0.0.3"), ips(VirtualHostConfig.parse("web", file, Map.of(), BASE)));
    }

    @Test
    void theFileWinsOverTheDefaultsOfTheNode() throws ConfigurationRefused {
        Map<String, Object> defaults = Map.of("preempt", "true", "advskew", "50", "pass", "of the node");
        VirtualHostConfig config = VirtualHostConfig.parse("web", file("advskew", "10"), defaults, BASE);
        assertTrue(config.settings().preempt());
        assertEquals(10, config.settings().advskew());
        assertTrue(config.digest().sameAs(parse().digest()), "its own pass");
        Map<String, Object> less = file();
        less.remove("vhid");
        less.remove("interface");
        Map<String, Object> required = Map.of("vhid", "3", "interface", "eth9");
        assertEquals(
                "3@eth9", VirtualHostConfig.parse("web", less, required, BASE).subsystem());
    }

    @Test
    void vhidAndInterfaceMakeItAnother() throws ConfigurationRefused {
        assertTrue(parse().isSameHostAs(parse("pass", "other", "virtualIps", "10.9.9.9", "advskew", "9")));
        assertFalse(parse().isSameHostAs(parse("vhid", "8")));
        assertFalse(parse().isSameHostAs(parse("interface", "eth1")));
    }

    @Test
    void thePassIsInNoToString() throws ConfigurationRefused {
        VirtualHostConfig config = parse("pass", "dont-tell");
        assertFalse((config + " " + config.digest() + " " + config.settings() + " " + config.addresses())
                .contains("dont-tell"));
    }
}
