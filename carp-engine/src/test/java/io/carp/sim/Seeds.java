// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * Which histories are played: a dozen, a hundred or a thousand, other numbers with {@code -Dseeds=N} or {@code -Dseeds=FIRST..LAST},
 * or the one of {@code -Dseed=N}.
 */
public final class Seeds {
    /** How many are played where nothing else is asked for. */
    public static final long HUNDRED = 100;

    public static final long THOUSAND = 1000;

    private static final long DOZEN = 12;
    private static final int MOST_FAILURES = 5;

    private Seeds() {}

    public static LongStream all() {
        return all(DOZEN);
    }

    private static LongStream all(long usual) {
        Long one = Long.getLong("seed");
        if (one != null) {
            return LongStream.of(one);
        }
        String[] range = System.getProperty("seeds", "" + usual).split("\\.\\.");
        long last = Long.parseLong(range[range.length - 1]);
        return LongStream.rangeClosed(range.length == 1 ? 1 : Long.parseLong(range[0]), last);
    }

    /** Plays that many histories unless told otherwise, and says how each that fails is played again. */
    public static void play(long usual, Class<?> test, String method, LongConsumer history) {
        long begin = System.nanoTime();
        List<String> failures = new ArrayList<>();
        long played = 0;
        for (long seed : all(usual).toArray()) {
            played++;
            try {
                history.accept(seed);
            } catch (AssertionError | RuntimeException failure) {
                failures.add(told(seed, test, method, failure));
                if (failures.size() == MOST_FAILURES) {
                    break;
                }
            }
        }
        System.out.printf(
                "%s.%s: %d seeds, %d failed, %.1f s%n",
                test.getSimpleName(), method, played, failures.size(), (System.nanoTime() - begin) / 1e9);
        if (!failures.isEmpty()) {
            throw new AssertionError(failures.size() + " of " + played + " seeds\n" + String.join("\n\n", failures));
        }
    }

    private static String told(long seed, Class<?> test, String method, Throwable failure) {
        String text = failure instanceof AssertionError ? failure.getMessage() : failure.toString();
        return text + "\ncommit " + commit() + ", Java " + Runtime.version()
                + "; again:\nmvn -q -pl carp-engine -am test -Dtest='" + test.getSimpleName() + "#" + method
                + "' -Dsurefire.failIfNoSpecifiedTests=false -Dseed=" + seed;
    }

    /** As {@code git describe} says it; without git, unknown. */
    private static String commit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12").start();
            String said = new String(git.getInputStream().readAllBytes(), UTF_8).trim();
            return said.isEmpty() ? "unknown" : said;
        } catch (IOException e) {
            return "unknown";
        }
    }
}
