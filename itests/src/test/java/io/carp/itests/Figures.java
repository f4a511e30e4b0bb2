// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.util.List;
import java.util.Locale;

/** What was measured, for people. All times are microseconds. */
final class Figures {
    private Figures() {}

    static void print(String how, String what) {
        System.out.println("two containers: " + how + ": " + what);
    }

    static String spread(List<Long> micros) {
        List<Long> sorted = micros.stream().sorted().toList();
        return "n " + sorted.size() + ", min " + millis(sorted.get(0)) + ", median "
                + millis(sorted.get(sorted.size() / 2)) + ", max " + millis(sorted.get(sorted.size() - 1));
    }

    static String millis(long micros) {
        return String.format(Locale.ROOT, "%.1f ms", micros / 1000.0);
    }
}
