// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.protocol.Settings;
import java.util.List;
import java.util.Locale;

/** What to expect of a JVM below a second: docs/operations.md has what was measured. */
final class SubSecond {
    /** In 1/256 s: 51 ms between two advertisements. On a busy machine of two cores the first that nobody missed. */
    private static final int LEAST_ADVSKEW = 13;

    /** What peers grant unless they were told otherwise. */
    private static final int USUAL_DEAD_RATIO = 3;

    private SubSecond() {}

    /**
     * Adds a doubt if a pause of the JVM that is nothing unusual would be taken for death: somebody does not want it
     * bridged. Where it cannot be, that is a finding of its own.
     */
    static void doubt(Settings settings, int pauseToleranceSeconds, List<String> warnings) {
        int advskew = Math.max(1, settings.advskew()); // OpenBSD: 0/0 is 1/256 s.
        int silence = advskew * Math.min(USUAL_DEAD_RATIO, settings.deadRatio());
        if (pauseToleranceSeconds == 0 && settings.advbase() == 0 && silence < LEAST_ADVSKEW * USUAL_DEAD_RATIO) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "advbase = 0 with advskew = %d means an advertisement every %.1f ms, and a master that is taken"
                            + " for dead after %.1f ms of silence: the JVM pauses for longer than that now and then,"
                            + " so expect takeovers from living masters; they are rare from advskew = %d on, or with"
                            + " another pauseTolerance than 0",
                    settings.advskew(),
                    advskew * 1000 / 256.0,
                    silence * 1000 / 256.0,
                    LEAST_ADVSKEW));
        }
    }
}
