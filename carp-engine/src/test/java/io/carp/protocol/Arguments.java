// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The words behind a verb: names, then {@code key=value} or {@code key} alone. What nobody asked for is an error. */
final class Arguments {
    private final List<String> names = new ArrayList<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> unused = new LinkedHashSet<>();
    private int next;

    Arguments(List<String> words, Set<String> flags) {
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                values.put(word.substring(0, equals), word.substring(equals + 1));
            } else if (flags.contains(word)) {
                values.put(word, "true");
            } else {
                names.add(word);
            }
        }
        unused.addAll(values.keySet());
    }

    String name() {
        if (next == names.size()) {
            throw new IllegalArgumentException("a word is missing");
        }
        return names.get(next++);
    }

    String text(String key, String otherwise) {
        unused.remove(key);
        return values.getOrDefault(key, otherwise);
    }

    int number(String key, int otherwise) {
        return Integer.parseInt(text(key, Integer.toString(otherwise)));
    }

    boolean flag(String key, boolean otherwise) {
        return Boolean.parseBoolean(text(key, Boolean.toString(otherwise)));
    }

    /** {@code 3s}, {@code 2.5s} or {@code 500ms}, in nanoseconds. */
    static long nanos(String duration) {
        boolean milliseconds = duration.endsWith("ms");
        if (!milliseconds && !duration.endsWith("s")) {
            throw new IllegalArgumentException(duration + " has no unit: s or ms");
        }
        double number = Double.parseDouble(duration.substring(0, duration.length() - (milliseconds ? 2 : 1)));
        return Math.round(number * (milliseconds ? 1e6 : 1e9));
    }

    void end() {
        if (next < names.size() || !unused.isEmpty()) {
            throw new IllegalArgumentException("not understood: " + names.subList(next, names.size()) + " " + unused);
        }
    }
}
