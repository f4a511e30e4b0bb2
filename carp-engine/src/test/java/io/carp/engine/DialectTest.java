// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.engine.VirtualHostConfigTest.file;
import static io.carp.engine.VirtualHostConfigTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.protocol.DemotionStyle;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every key of the dialect: what is taken, what is refused, and in which words. */
class DialectTest {
    private static VirtualHostConfig parse(String... pairs) throws ConfigurationRefused {
        return VirtualHostConfig.parse("web", file(pairs), Map.of(), Path.of(""));
    }

    @Test
    void asFreeBsdAndUcarpUnlessToldOtherwise() throws ConfigurationRefused {
        assertEquals(DemotionStyle.ADVSKEW, parse().settings().demotionStyle());
        assertEquals(
                DemotionStyle.ADVSKEW,
                parse("demotionStyle", " advskew ").settings().demotionStyle());
    }

    @Test
    void asOpenBsd() throws ConfigurationRefused {
        assertEquals(
                DemotionStyle.HEADER,
                parse("demotionStyle", "header").settings().demotionStyle());
    }

    @ParameterizedTest
    @CsvSource({"demotionStyle, Header, 'advskew (FreeBSD, ucarp) or header (OpenBSD)'", "demotionStyle, 1, header"})
    void refusedWithKeyValueAndWhatIsAllowed(String key, String value, String allowed) {
        String sentence = refusal(file(key, value));
        assertTrue(sentence.startsWith(key + " = " + value + ": allowed is "), sentence);
        assertTrue(sentence.contains(allowed), sentence);
    }
}
