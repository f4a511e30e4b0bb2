// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A letter beyond ASCII is the same one however it came into the file. */
class WrittenTextTest {
    private static final String SCRIPT = "/opt/\u00fcbersicht.sh";

    @ParameterizedTest
    @ValueSource(strings = {"", "/opt/up.sh", SCRIPT, "10 \u20ac", "\u00e0", "\u0434\u0430"})
    void byAnEditorInUtf8AndAsAnEscape(String meant) {
        assertEquals(meant, WrittenText.meant(new String(meant.getBytes(UTF_8), ISO_8859_1)));
        assertEquals(meant, WrittenText.meant(meant));
    }

    @Test
    void whereTheLocaleKnowsNoSuchLetter() {
        assertEquals("", WrittenText.unnameable(SCRIPT, UTF_8));
        assertEquals("", WrittenText.unnameable("/opt/up.sh", US_ASCII));
        String why = WrittenText.unnameable(SCRIPT, US_ASCII);
        assertTrue(why.contains("US-ASCII") && why.contains("LC_ALL=C.UTF-8"), why);
    }
}
