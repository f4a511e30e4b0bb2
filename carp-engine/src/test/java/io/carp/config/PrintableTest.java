// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.carp.keys.Printable;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void controlCharactersAreWrittenOut() {
        assertEquals("a\\u0000b\\u001b[0m\\u007f\\u009b", Printable.of("a\u0000b\u001b[0m\u007f\u009b"));
        assertEquals("Zürich 10.0.0.100\tfd00::100\n", Printable.of("Zürich 10.0.0.100\tfd00::100\n"));
    }

    /** This is how a file in UTF-16 is read. */
    @Test
    void whatIsRefusedInADamagedFileIsPrintable() {
        Map<String, Object> file = Map.of("v\u0000h\u0000i\u0000d\u0000", "\u00007\u0000");
        var refused = assertThrows(
                ConfigurationRefused.class, () -> VirtualHostConfig.parse("web", file, Map.of(), Path.of("")));
        assertEquals(-1, refused.getMessage().indexOf(0), refused.getMessage());
    }
}
