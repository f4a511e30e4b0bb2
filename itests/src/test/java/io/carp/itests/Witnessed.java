// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a {@link Witness} wrote down: one line for each thing that happened to a bundle, in that order. */
final class Witnessed {
    private static final Set<String> ARRIVAL =
            Set.of("INSTALLED", "RESOLVED", "STARTING", "STARTED", "LAZY_ACTIVATION");

    private final Path file;

    Witnessed(Path file) {
        this.file = file;
    }

    /** The present moment, as the number of lines. */
    int now() throws IOException {
        return lines().size();
    }

    boolean bootedSince(int mark) throws IOException {
        return since(mark).stream().anyMatch(seen -> seen.what.equals(Witness.BOOTED));
    }

    /** The locations of the bundles that are installed, each with its symbolic name and version. */
    Map<String, String> installed() throws IOException {
        Map<String, String> installed = new TreeMap<>();
        for (Seen seen : since(0)) {
            if (seen.what.equals(Witness.BEGIN)) {
                installed.clear();
            } else if (seen.what.equals("UNINSTALLED")) {
                installed.remove(seen.location);
            } else {
                installed.put(seen.location, seen.name);
            }
        }
        return installed;
    }

    /**
     * What was done since then to bundles that are not ours, one line for each deed, sorted. The arrival of bundles of
     * its own that the host may lack does not count.
     */
    Set<String> touchedSince(int mark, Set<String> own) throws IOException {
        return since(mark).stream()
                .filter(seen -> !seen.location.startsWith("mvn:io.carp/"))
                .filter(seen -> !(own.contains(seen.location) && ARRIVAL.contains(seen.what)))
                .map(seen -> seen.what + " " + seen.name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The locations of the bundles that arrived since then. */
    Set<String> arrivedSince(int mark) throws IOException {
        return since(mark).stream()
                .filter(seen -> seen.what.equals("INSTALLED"))
                .map(Seen::location)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<Seen> since(int mark) throws IOException {
        return lines().stream().skip(mark).map(Witnessed::parse).toList();
    }

    private List<String> lines() throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = Files.readString(file);
        // The last line may not be complete yet.
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private static Seen parse(String line) {
        String[] parts = line.split("\t");
        return new Seen(parts[0], parts[2], parts[3]);
    }

    private record Seen(String what, String name, String location) {}
}
