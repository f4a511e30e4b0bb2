// SPDX-License-Identifier: Apache-2.0
package io.carp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/features.md}: what it says that we can do names the test that shows it, and that test is there. */
class FeaturesPageTest {
    private static final Path PAGE = Path.of("../docs/features.md");
    /** feature, ucarp, FreeBSD, OpenBSD, ours, shown by. */
    private static final int COLUMNS = 6;
    /** A method of a test class, or a scenario. */
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");

    private static final Pattern SCENARIO = Pattern.compile("`([\\w-]+\\.txt)`");

    @Test
    void whatOursClaimsIsShownByTestsThatAreThere() throws IOException {
        List<String> faults = new ArrayList<>();
        int rows = 0;
        for (String line : Files.readAllLines(PAGE)) {
            String[] cells = line.strip().split("\\|", -1);
            if (cells.length != COLUMNS + 2 || cells[1].strip().equals("feature") || cells[1].startsWith("-")) {
                continue;
            }
            rows++;
            boolean claimed = !cells[COLUMNS - 1].strip().startsWith("no");
            List<String> missing = missing(cells[COLUMNS]);
            if (claimed
                    && !TEST.matcher(cells[COLUMNS]).find()
                    && !SCENARIO.matcher(cells[COLUMNS]).find()) {
                faults.add("no test is named: " + line);
            }
            missing.forEach(test -> faults.add("there is no " + test + ": " + line));
        }
        assertEquals(List.of(), faults);
        assertTrue(rows > 30, "rows found: " + rows);
    }

    @Test
    void aTestThatIsNotThereIsMissed() throws IOException {
        assertEquals(List.of("FeaturesPageTest.none"), missing("`FeaturesPageTest.none`"));
        assertEquals(List.of("none.txt"), missing("`none.txt`"));
        assertEquals(List.of(), missing("`FeaturesPageTest.aTestThatIsNotThereIsMissed`, `tie.txt`"));
    }

    private static List<String> missing(String cell) throws IOException {
        List<String> missing = new ArrayList<>();
        for (var test : TEST.matcher(cell).results().toList()) {
            if (test.group(2).equals("txt")) {
                continue;
            }
            Pattern method = Pattern.compile("\\bvoid " + test.group(2) + "\\(");
            String source = sourceOf(test.group(1) + ".java");
            if (!method.matcher(source).find()) {
                missing.add(test.group(1) + "." + test.group(2));
            }
        }
        for (var scenario : SCENARIO.matcher(cell).results().toList()) {
            if (!Files.exists(Path.of("src/test/resources/scenarios", scenario.group(1)))) {
                missing.add(scenario.group(1));
            }
        }
        return missing;
    }

    /** Empty if there is no such test in any module. */
    private static String sourceOf(String file) throws IOException {
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (Path tests : modules.map(dir -> dir.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    List<Path> found = files.filter(
                                    path -> path.getFileName().toString().equals(file))
                            .toList();
                    assertFalse(found.size() > 1, "two of the name " + file + ": " + found);
                    if (!found.isEmpty()) {
                        return Files.readString(found.get(0));
                    }
                }
            }
        }
        return "";
    }
}
