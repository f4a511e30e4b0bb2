// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.keys.AddressKeys;
import io.carp.keys.Allowed;
import io.carp.keys.CfgFile;
import io.carp.keys.Key;
import io.carp.keys.LinkKeys;
import io.carp.keys.ScriptKeys;
import io.carp.script.Scripts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The code that reads a key does what the description of the key says. */
class EachKeyTest {
    /** For each key a value that differs from the one in {@link VirtualHostConfigTest#file}, or from none. */
    private static final Map<String, String> OTHERS = Map.ofEntries(
            Map.entry("interface", "eth1"),
            Map.entry("virtualIps", "10.0.0.101"),
            Map.entry("pass", "another"),
            Map.entry("passFile", "another.pass"),
            Map.entry("sealKey", "0123456789abcdef"),
            Map.entry("sealKeyFile", "another.seal"),
            Map.entry("digestMac", "02:00:00:00:00:07"),
            Map.entry("label", "eth0:web"),
            Map.entry("upScript", "/up"),
            Map.entry("downScript", "/down"),
            Map.entry("xparam", "x"),
            Map.entry("notifyScript", "/notify"),
            Map.entry("beforeScript", "/before"),
            Map.entry("group", "239.1.2.3"),
            Map.entry("group6", "ff02::13"),
            Map.entry("peers", "10.0.0.2"),
            Map.entry("source", "10.0.0.1"));

    @TempDir
    private Path base;

    /** All keys but those that choose a transport and a binder, which is done before anything is parsed. */
    private static Stream<Key<?>> keys() {
        return CfgFile.VIRTUAL_HOST.keys().stream()
                .filter(key -> !List.of(LinkKeys.TRANSPORT, AddressKeys.BINDER).contains(key));
    }

    /** A value that knows whether it has been read. */
    private static final class Watched {
        private final String text;
        private boolean isRead;

        private Watched(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            isRead = true;
            return text;
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    void isReadAndAnEditCostsWhatIsSaid(Key<?> key) throws Exception {
        Files.writeString(base.resolve("another.pass"), "another");
        Files.writeString(base.resolve("another.seal"), "0123456789abcdef");
        Map<String, Object> file = VirtualHostConfigTest.file();
        VirtualHostConfig before = VirtualHostConfig.parse("web", file, Map.of(), base);
        Watched other = new Watched(other(key));
        Map<String, Object> edited = new HashMap<>(file);
        if (key.name().equals("passFile")) {
            edited.remove("pass");
        }
        if (key.name().equals("seal")) {
            edited.put("sealKey", "0123456789abcdef");
        }
        edited.put(key.name(), other);
        VirtualHostConfig after = VirtualHostConfig.parse("web", edited, Map.of(), base);
        assertTrue(other.isRead, "nobody reads " + key);
        assertEquals(key.edit().startsAnew(), !after.isSameHostAs(before), "an edit of " + key);
    }

    private static String other(Key<?> key) {
        if (key.allowed() instanceof Allowed.Whole whole) {
            return String.valueOf(whole.most());
        }
        if (key.allowed() instanceof Allowed.Words words) {
            return words.offers().stream()
                    .filter(word -> !word.equals(key.absent().value()))
                    .findFirst()
                    .orElseThrow();
        }
        String text = OTHERS.get(key.name());
        assertNotNull(text, "another value of " + key + " is needed here");
        return text;
    }

    @Test
    void theNodesOwnKeysAreRead() throws ConfigurationRefused {
        for (Key<?> key : CfgFile.ENGINE.keys()) {
            Watched value = new Watched("1");
            EngineConfig.parse(Map.of(key.name(), value), base);
            assertTrue(value.isRead, "nobody reads " + key);
        }
    }

    /**
     * The code that runs the scripts names them in its findings, but knows no configuration, so it has the names
     * itself.
     */
    @Test
    void theScriptsAreCalledByTheirKeys() {
        assertEquals(
                List.of(Scripts.UP, Scripts.DOWN, Scripts.NOTIFY, Scripts.BEFORE),
                Stream.of(ScriptKeys.UP, ScriptKeys.DOWN, ScriptKeys.NOTIFY, ScriptKeys.BEFORE)
                        .map(Key::name)
                        .toList());
    }
}
