// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import io.carp.real.Wiretap.Heard;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The times between advertisements that follow each other, in microseconds, ascending.
 *
 * @param sorted at least one
 */
record Gaps(List<Long> sorted) {
    /** @param heard of one node, at least two */
    static Gaps of(List<Heard> heard) {
        return new Gaps(IntStream.range(1, heard.size())
                .mapToObj(i -> heard.get(i).micros() - heard.get(i - 1).micros())
                .sorted()
                .toList());
    }

    int number() {
        return sorted.size();
    }

    long longest() {
        return sorted.get(sorted.size() - 1);
    }

    long above(long micros) {
        return sorted.stream().filter(gap -> gap > micros).count();
    }

    /** All that is printed of them, but for their number, in milliseconds. */
    String inWords(long patienceMicros) {
        return String.format(
                Locale.ROOT,
                "longest gap %.1f ms, 99 of 100 %.1f, median %.1f, above %.0f ms: %d (n = %d)",
                longest() / 1e3,
                sorted.get(number() * 99 / 100) / 1e3,
                sorted.get(number() / 2) / 1e3,
                patienceMicros / 1e3,
                above(patienceMicros),
                number());
    }
}
