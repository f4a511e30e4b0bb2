// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.keys.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    @TempDir
    Path base;

    private final List<String> warnings = new ArrayList<>();

    private byte[] read(Map<String, String> file) throws ConfigurationRefused {
        return Secret.read(new CfgValues(file), base, warnings);
    }

    private byte[] fromFile(String content) throws IOException, ConfigurationRefused {
        Path file = Files.write(base.resolve("web.pass"), content.getBytes(UTF_8));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return read(Map.of("passFile", "web.pass"));
    }

    private String refused(Map<String, String> file) {
        return String.valueOf(
                assertThrows(ConfigurationRefused.class, () -> read(file)).getMessage());
    }

    @Test
    void inlineIsTakenAsItIs() throws ConfigurationRefused {
        assertArrayEquals("s # ; e\u00e9".getBytes(UTF_8), read(Map.of("pass", "s # ; e\u00e9")));
        assertEquals(List.of(), warnings);
    }

    @Test
    void aLetterBeyondAsciiIsTheSameHoweverItWasWritten() throws Exception {
        byte[] zuerich = "Z\u00fcrich-2024".getBytes(UTF_8);
        assertArrayEquals(zuerich, fromFile("Z\u00fcrich-2024\n"));
        String byAnEditor = new String(zuerich, ISO_8859_1); // FileInstall reads it like this.
        assertArrayEquals(zuerich, read(Map.of("pass", byAnEditor)));
        assertArrayEquals(zuerich, read(Map.of("pass", "Z\u00fcrich-2024")), "an escape, or an editor in ISO-8859-1");
        String euro = "10 \u20ac";
        assertArrayEquals(euro.getBytes(UTF_8), read(Map.of("pass", euro)));
        assertArrayEquals(euro.getBytes(UTF_8), read(Map.of("pass", new String(euro.getBytes(UTF_8), ISO_8859_1))));
        String twenty = "\u00fc".repeat(10);
        assertEquals(20, read(Map.of("pass", new String(twenty.getBytes(UTF_8), ISO_8859_1))).length);
    }

    @Test
    void aFileForEverybodyIsADoubt() throws Exception {
        Path file = Files.writeString(base.resolve("web.pass"), "secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        read(Map.of("passFile", "web.pass"));
        assertEquals(List.of(), warnings);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        read(Map.of("passFile", "web.pass"));
        String doubt = warnings.get(0);
        assertTrue(doubt.startsWith("passFile = web.pass can be read by every user"), doubt);
        assertTrue(doubt.endsWith("chmod o= " + file), doubt);
    }

    @ParameterizedTest
    @ValueSource(strings = {" secret", "secret ", "\tsecret", "secret\n", " "})
    void blanksAtTheEndsAreRefusedAndNotShown(String pass) {
        String sentence = refused(Map.of("pass", pass));
        assertTrue(sentence.contains("begins or ends with a blank"), sentence);
        assertFalse(sentence.contains("secret"), sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\b", "${user.home}", "$[x]", "#hash", "a#b", "!x", "a=b:c", "two words", "\u00fcber"})
    void aFileIsLiteral(String pass) throws Exception {
        assertArrayEquals(pass.getBytes(UTF_8), fromFile(pass));
        assertArrayEquals(pass.getBytes(UTF_8), fromFile(pass + "\n"), "as editors end a file");
        assertArrayEquals(pass.getBytes(UTF_8), fromFile(pass + "\r\n"));
    }

    @Test
    void ofAFileOnlyOneEndOfLineIsDropped() {
        for (String content : List.of("secret\n\n", "secret \n", " secret\n")) {
            ConfigurationRefused e = assertThrows(ConfigurationRefused.class, () -> fromFile(content));
            assertFalse(String.valueOf(e.getMessage()).contains("secret"));
        }
    }

    @Test
    void howLong() throws Exception {
        assertEquals(19, read(Map.of("pass", "x".repeat(19))).length);
        assertEquals(List.of(), warnings);
        assertEquals(20, fromFile("x".repeat(20) + "\r\n").length);
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains("ucarp"));
        assertFalse(warnings.get(0).contains("xx"));
        String sentence = refused(Map.of("pass", "x".repeat(21)));
        assertTrue(sentence.contains("1..20 bytes") && !sentence.contains("xx"), sentence);
        assertThrows(ConfigurationRefused.class, () -> fromFile("x".repeat(21)));
        assertThrows(ConfigurationRefused.class, () -> read(Map.of("pass", "\u00e9".repeat(11))), "bytes, not letters");
    }

    @Test
    void emptyIsTakenWithADoubtButNotMissing() throws ConfigurationRefused {
        assertEquals(0, read(Map.of("pass", "")).length);
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).startsWith("pass is empty: "), warnings.get(0));
        assertTrue(refused(Map.of()).startsWith("pass is missing: allowed is 1..20 bytes"));
        assertTrue(refused(Map.of("passFile", "")).startsWith("pass is missing: "), "an empty name is no file");
    }

    @Test
    void anEmptyPassOfItsOwnReplacesTheOneOfTheNode() throws ConfigurationRefused {
        Map<String, Object> file = VirtualHostConfigTest.file("pass", "");
        VirtualHostConfig own = VirtualHostConfig.parse("web", file, Map.of("pass", "of the node"), base);
        assertTrue(own.warnings().get(0).startsWith("pass is empty: "));
        file.remove("pass");
        VirtualHostConfig inherited = VirtualHostConfig.parse("web", file, Map.of("pass", ""), base);
        assertTrue(inherited.digest().sameAs(own.digest()), "as a default, too");
        file.put("pass", "secret");
        assertEquals(
                List.of(),
                VirtualHostConfig.parse("web", file, Map.of("pass", ""), base).warnings());
    }

    @Test
    void anEmptyFileIsNoPass() {
        for (String content : List.of("", "\n", "\r\n")) {
            assertThrows(ConfigurationRefused.class, () -> fromFile(content));
        }
    }

    @Test
    void notBoth() throws Exception {
        Files.writeString(base.resolve("web.pass"), "one");
        String sentence = refused(Map.of("pass", "two", "passFile", "web.pass"));
        assertTrue(sentence.contains("both") && !sentence.contains("two"), sentence);
        assertArrayEquals("one".getBytes(UTF_8), read(Map.of("pass", "", "passFile", "web.pass")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"etc/missing", "missing.pass", ".", "a/\u0000b", "/dev/zero"})
    void whatIsNoFileIsRefusedInGoodTime(String file) {
        String sentence = refused(Map.of("passFile", file));
        assertTrue(sentence.startsWith("passFile = " + Printable.of(file) + ": allowed is a readable file"), sentence);
    }

    @Test
    void whoeverWritesThePassWhereItsFileIsMeantDoesNotReadItInTheLog() {
        String sentence = refused(Map.of("passFile", "secret of mine"));
        assertFalse(sentence.contains("secret"), sentence);
        assertTrue(sentence.contains("passFile") && sentence.contains("a readable file"), sentence);
    }
}
