// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.protocol.Seal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealConfigTest {
    private static final String KEY = "0123456789abcdef";
    private static final String OTHER = "fedcba9876543210";

    @TempDir
    Path base;

    private VirtualHostConfig parse(Map<String, ?> defaults, String... pairs) throws ConfigurationRefused {
        return VirtualHostConfig.parse("web", VirtualHostConfigTest.file(pairs), defaults, base);
    }

    private boolean areSame(String[] one, String[] other) throws ConfigurationRefused {
        return parse(Map.of(), one).digest().sameAs(parse(Map.of(), other).digest());
    }

    private String refused(String... pairs) {
        String sentence = String.valueOf(assertThrows(ConfigurationRefused.class, () -> parse(Map.of(), pairs))
                .getMessage());
        assertFalse(sentence.contains(KEY) || sentence.contains(OTHER), sentence);
        return sentence;
    }

    private static String[] pairs(String... pairs) {
        return pairs;
    }

    @Test
    void withoutTheKeysNothingIsSealed() throws ConfigurationRefused {
        assertEquals(Seal.Policy.OFF, parse(Map.of()).digest().seal().policy());
        assertFalse(parse(Map.of()).digest().seal().isMade());
        assertTrue(areSame(pairs(), pairs("seal", "off")));
    }

    @Test
    void aKeyMayHaveAnIdOrTheOneThatSends() throws Exception {
        assertTrue(areSame(pairs("seal", "send", "sealKey", KEY), pairs("seal", "send", "sealKey", "1:" + KEY)));
        assertTrue(areSame(
                pairs("seal", "send", "sealKey", KEY, "sealKeyId", "7"),
                pairs("seal", "send", "sealKey", "7:" + KEY, "sealKeyId", "7")));
        assertFalse(areSame(pairs("seal", "send", "sealKey", KEY), pairs("seal", "require", "sealKey", KEY)));
        assertFalse(areSame(pairs("seal", "send", "sealKey", KEY), pairs("seal", "send", "sealKey", OTHER)));
    }

    @Test
    void aFileHasOneInEachLine() throws Exception {
        Files.writeString(base.resolve("web.seal"), "1:" + KEY + "\r\n\n 2:" + OTHER + " \n");
        String[] both = pairs("seal", "send", "sealKeyId", "2", "sealKey", "2:" + OTHER + ", 1:" + KEY + ",");
        assertTrue(areSame(pairs("seal", "send", "sealKeyId", "2", "sealKeyFile", "web.seal"), both));
        assertFalse(areSame(pairs("seal", "send", "sealKeyId", "1", "sealKeyFile", "web.seal"), both));
    }

    @Test
    void aFileForEverybodyIsADoubt() throws Exception {
        Path file = Files.writeString(base.resolve("web.seal"), KEY);
        assertTrue(file.toFile().setReadable(true, false));
        List<String> doubts = new ArrayList<>(
                parse(Map.of(), "seal", "send", "sealKeyFile", "web.seal").warnings());
        assertTrue(doubts.get(0).startsWith("sealKeyFile = web.seal can be read by every user"), doubts.get(0));
    }

    @Test
    void aFilesOwnKeyReplacesThatOfTheNode() throws ConfigurationRefused {
        Map<String, String> node = Map.of("seal", "send", "sealKeyFile", "missing.seal");
        assertTrue(parse(node, "sealKey", KEY)
                .digest()
                .sameAs(parse(Map.of(), "seal", "send", "sealKey", KEY).digest()));
    }

    @Test
    void theNodeMaySayThatAllAreSealedAndEachFileWithWhat() throws ConfigurationRefused {
        EngineConfig node = EngineConfig.parse(Map.of("seal", "require", "sealKeyId", "3"), base);
        Map<String, Object> defaults = new HashMap<>(node.defaults());
        assertEquals(
                Seal.Policy.REQUIRE,
                parse(defaults, "sealKey", "3:" + KEY).digest().seal().policy());
    }

    @Test
    void whatIsMissingIsSaid() {
        String sentence = refused("seal", "send");
        assertTrue(sentence.startsWith("seal = send needs a key: allowed is sealKeyFile = etc/<some file>"), sentence);
        assertEquals(
                "sealKey and sealKeyFile are both set: allowed is one of them",
                refused("sealKey", KEY, "sealKeyFile", "x.seal"));
        assertEquals(
                "sealKeyId = 3: sealKey has no key of that id: allowed is one of [1, 2]",
                refused("seal", "send", "sealKeyId", "3", "sealKey", "1:" + KEY + ",2:" + OTHER));
        assertTrue(refused("sealKey", " , ").startsWith("sealKey: there is no key in it"));
    }

    @Test
    void aWordThatIsNoneIsRefused() {
        assertEquals("seal = yes: allowed is off, send or require", refused("seal", "yes", "sealKey", KEY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fifteen-letters",
                "1:fifteen-letters",
                "256:0123456789abcdef",
                "0123456789abcdef 0123456789abcdef",
                "1:0123456789abcdef,1:fedcba9876543210",
                "1:0123456789abcdef,fedcba9876543210",
                "z\u00fcrich-z\u00fcrich-z\u00fcrich",
                "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void aKeyThatIsNoneIsRefusedAndNotShown(String keys) {
        String sentence = refused("sealKey", keys);
        assertTrue(sentence.startsWith("sealKey: "), sentence);
        assertTrue(sentence.contains("allowed is id:key, or several of them"), sentence);
        assertFalse(sentence.contains("letters") || sentence.contains("rich"), sentence);
    }

    @Test
    void aFileThatIsNotThereYetIsLookedForAgain() {
        ConfigurationRefused refused = assertThrows(
                ConfigurationRefused.class, () -> parse(Map.of(), "seal", "send", "sealKeyFile", "later.seal"));
        assertTrue(refused.mayPass());
    }

    @Test
    void whoeverWritesTheKeyWhereItsFileIsMeantDoesNotReadItInTheLog() {
        for (String key : List.of("1:" + KEY, "q83vEjRWeJq83v/SNFZ4mrze8DSRWeJq83vEjRWeJ")) {
            String sentence = refused("seal", "send", "sealKeyFile", key);
            assertFalse(sentence.contains(key), sentence);
        }
    }
}
