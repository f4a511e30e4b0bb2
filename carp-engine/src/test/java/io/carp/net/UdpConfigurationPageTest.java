// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} has a row for each key of the transport udp, and for no other. */
class UdpConfigurationPageTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([\\w.]+)` \\|");

    @Test
    void eachKeyHasItsRow() throws Exception {
        String page = Files.readString(PAGE);
        String chapter = page.substring(page.indexOf("## " + UdpSettings.FILE), page.indexOf("## The traps"));
        Set<String> rows = new TreeSet<>();
        ROW.matcher(chapter).results().forEach(row -> rows.add(row.group(1)));

        // The sentence of the refusal lists what there is.
        String known = assertThrows(IllegalArgumentException.class, () -> UdpSettings.of(Map.of("colour", "red")))
                .getMessage();
        assertEquals(
                "unknown key colour; allowed are " + String.join(", ", rows).replace(", port", " and port"), known);
    }
}
