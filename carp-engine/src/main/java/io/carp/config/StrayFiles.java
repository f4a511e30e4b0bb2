// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Files in etc that look like ours, and that nobody reads because of their names. */
public final class StrayFiles {
    /** What people write who mean one of ours, and what follows. */
    private static final Pattern LIKE_OURS =
            Pattern.compile("carp[._-](v?hosts?|virtual-?hosts?|tracks?|engines?)([^a-z].*)?\\.(cfg|config)");

    private static final Pattern OURS = Pattern.compile("carp\\.((vhost|track)-.+|engine|vhost|track)\\.(cfg|config)");

    private StrayFiles() {}

    /** A sentence for each; blocks on the directory. */
    public static List<String> in(Path etc) {
        try (Stream<Path> files = Files.list(etc)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !OURS.matcher(name).matches())
                    .sorted()
                    .flatMap(name -> sentence(name).stream())
                    .toList();
        } catch (IOException e) {
            return List.of(); // No directory, no files.
        }
    }

    private static List<String> sentence(String name) {
        Matcher like = LIKE_OURS.matcher(name);
        if (!like.matches()) {
            return List.of();
        }
        String kind = like.group(1).startsWith("t") ? "track" : like.group(1).startsWith("e") ? "engine" : "vhost";
        String rest = like.group(2) == null ? "" : like.group(2).substring(1);
        String right =
                "carp." + kind + (kind.equals("engine") ? "" : "-" + (rest.isEmpty() ? "<name>" : rest)) + ".cfg";
        return List.of("etc/" + name + " is read by nobody: rename it to " + right);
    }
}
