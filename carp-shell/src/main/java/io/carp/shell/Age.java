// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import java.time.Duration;
import java.time.Instant;

/** How long ago, in the two largest units that say something. */
final class Age {
    private Age() {}

    static String of(Instant since, Instant now) {
        Duration age = Duration.between(since, now);
        if (age.isNegative()) {
            return "0 s"; // The wall clock was set back, since nothing happens in the future.
        }
        if (age.toDays() > 0) {
            return age.toDays() + " d " + age.toHoursPart() + " h";
        }
        if (age.toHours() > 0) {
            return age.toHours() + " h " + age.toMinutesPart() + " min";
        }
        if (age.toMinutes() > 0) {
            return age.toMinutes() + " min " + age.toSecondsPart() + " s";
        }
        return age.toSeconds() < 10 ? age.toMillis() / 100 / 10.0 + " s" : age.toSeconds() + " s";
    }
}
