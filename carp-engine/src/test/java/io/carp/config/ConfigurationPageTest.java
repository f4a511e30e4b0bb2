// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} has a row for each key that the code knows, and for no other. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");
    private static final Pattern HEADING = Pattern.compile("(?m)^## ");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([\\w.]+)` \\|");

    @Test
    void eachKeyOfAVirtualHostHasItsRow() throws IOException {
        Set<String> keys = new TreeSet<>(VirtualHostConfig.KEYS);
        keys.add(VirtualHostConfig.TRANSPORT_TARGET);
        keys.add(VirtualHostConfig.BINDER_TARGET);
        assertEquals(keys, rowsUnder("etc/carp.vhost-"));
    }

    @Test
    void eachKeyOfTheNodeHasItsRow() throws Exception {
        Set<String> rows = rowsUnder("etc/carp.engine.cfg");
        assertEquals(new TreeSet<>(Set.of("demotion", "linkDownDemotion", "sendErrorDemotion", "bootDemotion")), rows);
        for (String key : rows) {
            EngineConfig.parse(Map.of(key, "1"), Path.of("")); // refuses a key it does not know
        }
    }

    /** The keys in the tables of one chapter. */
    private static Set<String> rowsUnder(String title) throws IOException {
        Set<String> rows = new TreeSet<>();
        for (String chapter : HEADING.split(Files.readString(PAGE))) {
            if (chapter.startsWith(title)) {
                ROW.matcher(chapter).results().forEach(row -> rows.add(row.group(1)));
            }
        }
        return rows;
    }
}
