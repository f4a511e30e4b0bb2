// SPDX-License-Identifier: Apache-2.0
package io.carp.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.keys.CfgFile;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a refusal of a cfg file has to say, whatever the file is. */
public final class Refusal {
    /** Nobody writes this by accident, and it is short enough to be a pass. */
    public static final String SECRET = "q9#Zt!secret~07x";

    private static final Pattern SAYS_WHAT_TO_DO = Pattern.compile("[Aa]llowed|write it to|names an address twice");

    private static final List<String> KEYS =
            Stream.of(CfgFile.values()).flatMap(file -> file.names().stream()).toList();

    private Refusal() {}

    /** It names a key and what is allowed, and leaves the log readable. */
    public static void judge(Exception refused) {
        String message = refused.getMessage();
        assertNotNull(message);
        assertTrue(KEYS.stream().anyMatch(message::contains), () -> "no key is named: " + message);
        assertTrue(SAYS_WHAT_TO_DO.matcher(message).find(), () -> "it does not say what is allowed: " + message);
        assertEquals(
                List.of(),
                message.chars()
                        .filter(c -> Character.isISOControl(c) && c != '\n' && c != '\t')
                        .mapToObj(Integer::toHexString)
                        .toList(),
                "control characters in a message");
    }

    /** Whatever is said, the secret is no part of it. */
    public static void untold(Object text) {
        assertFalse(String.valueOf(text).contains(SECRET), () -> "the secret is told: " + text);
    }
}
