// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** What somebody may have meant who mistyped a word. */
final class Spelling {
    private static final int MOST_SLIPS = 2;

    private Spelling() {}

    /** {@code : did you mean advskew?}; empty if nothing is near. */
    static String hint(String written, Collection<String> known) {
        return known.stream()
                .filter(word -> slips(written, word) <= Math.min(MOST_SLIPS, word.length() / 3))
                .min(Comparator.comparingInt(word -> slips(written, word)))
                .map(word -> ": did you mean " + word + "?")
                .orElse("");
    }

    /** Letters that are missing, too many or wrong; capitals are none. */
    private static int slips(String one, String other) {
        String from = one.toLowerCase(Locale.ROOT);
        String to = other.toLowerCase(Locale.ROOT);
        int[] before = new int[to.length() + 1];
        for (int j = 0; j < before.length; j++) {
            before[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int wrong = before[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(wrong, 1 + Math.min(row[j - 1], before[j]));
            }
            before = row;
        }
        return before[to.length()];
    }
}
