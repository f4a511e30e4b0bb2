// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import org.apache.karaf.shell.support.CommandException;

/** The value of {@code --timeout}. */
final class Seconds {
    private static final int MOST = 3_600;

    private Seconds() {}

    /**
     * @return 0..3600
     * @throws CommandException with a sentence for anything else
     */
    static int of(String text) throws CommandException {
        try {
            int seconds = Integer.parseInt(text);
            if (seconds >= 0 && seconds <= MOST) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            throw new CommandException(sentence(text), e);
        }
        throw new CommandException(sentence(text));
    }

    private static String sentence(String text) {
        return "--timeout is a number of seconds, 0 to " + MOST + "; not " + text;
    }
}
