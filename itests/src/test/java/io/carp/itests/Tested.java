// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of docs/tested.md in the making. Each test that ran to its end writes what it asserted to target/tested, and
 * fails if the page says anything else of it; with {@code -Drewrite} the page is changed instead.
 */
final class Tested {
    static final Path PAGE = Path.of("../docs/tested.md");
    private static final String END = "<!-- end of the rows -->";

    private final Row row;
    private final List<String> asserted = new ArrayList<>();

    Tested(Row row) {
        this.row = row;
    }

    /** Takes note of what the test has seen. */
    void that(String seen) {
        asserted.add(seen);
        System.out.println(row + ": " + seen);
    }

    /** Must be called when the test has ended well. */
    void done() throws IOException {
        String line = row.start() + String.join("; ", asserted) + " |";
        Path results = Files.createDirectories(Path.of("target/tested"));
        String file = row.toString().toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9.]+", "-");
        Files.write(
                results.resolve(file + ".properties"),
                List.of(
                        "product = " + row.product(),
                        "version = " + row.version(),
                        "jdk = " + Row.JDK,
                        "how = " + row.how(),
                        "asserted = " + String.join("; ", asserted)));
        List<String> page = new ArrayList<>(Files.readAllLines(PAGE));
        if (!Boolean.getBoolean("rewrite")) {
            boolean other = page.stream().anyMatch(said -> said.startsWith(row.start()) && !said.equals(line));
            assertTrue("docs/tested.md says otherwise (-Drewrite changes it): " + line, !other);
            return;
        }
        page.removeIf(said -> said.startsWith(row.start()));
        page.add(place(page), line);
        Files.write(PAGE, page);
    }

    /** The line of the page for this row, after the rows that are declared before it. */
    private int place(List<String> page) {
        List<String> before = new ArrayList<>();
        for (Row other : Row.ALL) {
            if (other.equals(row)) {
                break;
            }
            before.add(other.start());
        }
        int place = -1;
        for (int i = 0; i < page.size(); i++) {
            String said = page.get(i);
            boolean head = said.startsWith("|---") && place < 0;
            if (head || before.stream().anyMatch(said::startsWith)) {
                place = i + 1;
            }
        }
        if (place < 0) {
            throw new AssertionError(PAGE + " has no table before " + END);
        }
        return place;
    }
}
