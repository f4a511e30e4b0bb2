// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.carp.fuzz.CfgReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code carp:set} edits files that hold anything. Unedited they stay byte for byte, and after an edit FileInstall reads
 * what it read before but for the key that was edited.
 *
 * <p>An input is a byte that chooses a key, the length of a value, that value, and the file.
 */
public class CfgTextFuzzTest {
    private static final List<String> KEYS = List.of("pass", "vhid", "binder.target", "a");

    @FuzzTest(maxDuration = "5m")
    public void edits(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        String key = KEYS.get(in.hasRemaining() ? in.get() & 3 : 0);
        byte[] value = new byte[Math.min(in.hasRemaining() ? in.get() & 0x1f : 0, in.remaining())];
        in.get(value);
        byte[] file = new byte[in.remaining()];
        in.get(file);

        assertArrayEquals(file, new CfgText(file).bytes(), "what is not edited stays");
        String literal = new String(value, StandardCharsets.ISO_8859_1);
        Optional<String> written = written(literal);
        if (written.isPresent()) {
            edit(file, key, literal, written.get());
        }
    }

    /** Empty where a file cannot say it; the reason does not repeat it, since it may be a pass. */
    private static Optional<String> written(String literal) {
        try {
            String written = CfgValue.written(literal);
            assertTrue(written.chars().allMatch(c -> c >= ' ' && c <= '~'), () -> "one line of ASCII: " + written);
            return Optional.of(written);
        } catch (IllegalArgumentException e) {
            assertFalse(literal.length() > 3 && String.valueOf(e.getMessage()).contains(literal));
            return Optional.empty();
        }
    }

    private static void edit(byte[] file, String key, String literal, String written) {
        CfgText text = new CfgText(file);
        boolean had = text.has(key);
        assertEquals(had, text.keys().contains(key));
        text.set(key, written);
        byte[] edited = text.bytes();
        assertTrue(text.has(key));
        CfgText again = new CfgText(edited);
        assertArrayEquals(edited, again.bytes());

        Map<String, Object> before = isPlain(file) ? CfgReader.readAsText(file) : null;
        if (before != null) {
            // One whose last line is continued by nothing is there for us, and not for FileInstall.
            assertTrue(had || !before.containsKey(key), "what FileInstall finds is found");
            Map<String, Object> expected = new HashMap<>(before);
            expected.put(key, literal);
            assertEquals(expected, arrived(edited, key));
            assertTrue(again.unset(key), "what was set can be taken out");
            expected.remove(key);
            assertEquals(expected, CfgReader.read(again.bytes()));
        }
    }

    /** As the engine gets it: FileInstall's substitution and the plugin of ConfigAdmin have had their turn at the key. */
    private static @Nullable Map<String, Object> arrived(byte[] file, String key) {
        Map<String, Object> read = CfgReader.read(file);
        if (read != null && read.get(key) instanceof String value) {
            read.put(key, CfgReader.substituted(key, value));
        }
        return read;
    }

    /** Whether it is a text; a file that holds other control characters is damaged. */
    private static boolean isPlain(byte[] file) {
        for (byte each : file) {
            if (each == 0x7f || (each >= 0 && each < ' ' && each != '\n' && each != '\r' && each != '\t')) {
                return false;
            }
        }
        return true;
    }
}
