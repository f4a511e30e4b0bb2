// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.felix.configadmin.plugin.interpolation.Interpolator;
import org.apache.felix.fileinstall.shaded.util.properties.TypedProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CfgTextTest {
    @Test
    void everythingElseStaysByteForByte() {
        String before = """
                # the web host
                interface=eth0
                \tvhid :  7

                ! skew, lower wins
                advskew   =   10
                virtualIps = 10.0.0.1, \\
                    10.0.0.2
                preempt true
                """;
        String after = """
                # the web host
                interface=eth0
                \tvhid :  8

                ! skew, lower wins
                advskew   =   0
                virtualIps = 10.0.0.3
                preempt = false
                deadRatio = 3
                """;
        CfgText text = text(before);
        text.set("vhid", "8");
        text.set("advskew", "0");
        text.set("virtualIps", "10.0.0.3");
        text.set("preempt", "false");
        text.set("deadRatio", "3");
        assertEquals(after, string(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a = 1               | a = 2",
                "'a = 1\n'           | 'a = 2\n'",
                "'a=1\r\nb=2\r\n'    | 'a=2\r\nb=2\r\n'",
                "'a=1\rb=2'          | 'a=2\rb=2'",
                "'a\n'               | 'a = 2\n'",
                "'a =\n'             | 'a =2\n'",
                "'a=0\na=1\n'        | 'a=0\na=2\n'",
                "'#a=1\n'            | '#a=1\na = 2\n'",
                "'# a \\\na=1\n'     | '# a \\\na=2\n'",
                "'b=1 \\\na=1\n'     | 'b=1 \\\na=1\na = 2\n'",
                "'b=1\\\\\na=1\n'    | 'b=1\\\\\na=2\n'",
                "'b=1'               | 'b=1\na = 2\n'",
                "'b=1\r\nc=1'        | 'b=1\r\nc=1\r\na = 2\r\n'",
                "''                  | 'a = 2\n'",
                "'a = \\\n  1\n'     | 'a = 2\n'",
                "'a\\\n = 1\n'       | 'a\\\n = 2\n'",
                "'a=0\n\\u0061=1\n'  | 'a=0\n\\u0061=2\n'",
            })
    void setsOneKey(String before, String after) {
        CfgText text = text(before);
        text.set("a", "2");
        assertEquals(after, string(text));
    }

    @Test
    void takesAKeyOutWithAllItsLines() {
        CfgText text = text("# one\na=1 \\\n  2\nb=2\na=3\n");
        assertTrue(text.unset("a"));
        assertFalse(text.unset("a"));
        assertEquals("# one\nb=2\n", string(text));
    }

    @Test
    void bytesOfAnyEncodingSurvive() {
        byte[] before = "# caf\u00e9 \u20ac\nx = \u00fc".getBytes(StandardCharsets.UTF_8);
        assertEquals(
                new String(before, StandardCharsets.UTF_8),
                new String(new CfgText(before).bytes(), StandardCharsets.UTF_8));
    }

    /** The code that reads the file in a running Karaf finds whatever was typed. */
    @Test
    void everyValueArrivesUnchanged() throws Exception {
        Random random = new Random(7);
        String characters = "\\\\${}[]$ab_:= #!'\"\u00e9\u20ac,.-\t";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder value = new StringBuilder();
            for (int length = 1 + random.nextInt(10); length > 0; length--) {
                value.append(characters.charAt(random.nextInt(characters.length())));
            }
            String literal = value.toString();
            if (literal.contains("\\$[")) {
                assertThrows(IllegalArgumentException.class, () -> CfgValue.written(literal));
                continue;
            }
            CfgText text = text(List.of("pass = x\nvhid = 7\n", "vhid=7\npass x", "vhid: 7\r\npass=x")
                    .get(i % 3));
            text.set("pass", CfgValue.written(literal));
            assertEquals(Map.of("vhid", "7", "pass", literal), asKarafReads(string(text)), string(text));
        }
    }

    /** As in a binary file that somebody copied to etc. */
    @Test
    void aLineThatHasNoEndIsNoReasonToFail() {
        String line = "ab\\:".repeat(100_000);
        CfgText text = text(line + " = 1\n");
        text.set("a", "2");
        assertEquals(line + " = 1\na = 2\n", string(text));
    }

    /** In random files what is edited changes, and everything else is read as before. */
    @Test
    void otherKeysAreReadAsBefore() throws Exception {
        Random random = new Random(8);
        List<String> lines = List.of(
                "a=1",
                "b : 2",
                "c 3",
                "# a=9",
                "! b",
                "",
                "  ",
                "d = 1, \\",
                "  a=7",
                "e=\\\\",
                "f = x\\ty",
                "a",
                "b=",
                "#\\");
        for (int i = 0; i < 20_000; i++) {
            StringBuilder file = new StringBuilder();
            for (int count = random.nextInt(8); count > 0; count--) {
                file.append(lines.get(random.nextInt(lines.size()))).append(random.nextInt(9) == 0 ? "\r\n" : "\n");
            }
            String before = file.toString();
            Map<String, Object> expected = asKarafReads(before);
            CfgText text = text(before);
            assertEquals(before, string(text));
            text.set("a", "new");
            expected.put("a", "new");
            assertEquals(expected, asKarafReads(string(text)), before + "----\n" + string(text));
            text.unset("b");
            expected.remove("b");
            assertEquals(expected, asKarafReads(string(text)), before + "----\n" + string(text));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\\$[env:X]"})
    void whatAFileCannotSayIsRefusedWithoutRepeatingIt(String value) {
        String message = assertThrows(IllegalArgumentException.class, () -> CfgValue.written(value))
                .getMessage();
        assertFalse(message.contains(value), message);
    }

    private static Map<String, Object> asKarafReads(String file) throws Exception {
        TypedProperties properties = new TypedProperties((name, key, value) -> "substituted");
        properties.load(new StringReader(file));
        Map<String, Object> read = new HashMap<>();
        for (String key : properties.keySet()) {
            read.put(
                    key,
                    Interpolator.replace(
                            String.valueOf(properties.get(key)), (type, name, directives) -> "interpolated"));
        }
        return read;
    }

    private static CfgText text(String content) {
        return new CfgText(content.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String string(CfgText text) {
        return new String(text.bytes(), StandardCharsets.ISO_8859_1);
    }
}
