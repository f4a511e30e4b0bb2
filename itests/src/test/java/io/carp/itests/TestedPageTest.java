// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.Test;

/**
 * docs/tested.md has a line for each row that a test runs, and no other. The test of a row compares what its line says.
 */
public class TestedPageTest {
    @Test
    public void theRowsOfThePageAreThoseThatAreRun() throws IOException {
        Set<String> declared = Row.ALL.stream()
                .map(row -> row.product() + ", " + row.version() + ", " + row.how())
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> said = new TreeSet<>();
        for (String line : Files.readAllLines(Tested.PAGE)) {
            List<String> cells = List.of(line.split(" *\\| *"));
            if (cells.size() == 6
                    && !cells.get(1).equals("product")
                    && !cells.get(1).startsWith("-")) {
                said.add(cells.get(1) + ", " + cells.get(2) + ", " + cells.get(4));
            }
        }
        assertEquals(declared, said);
    }
}
