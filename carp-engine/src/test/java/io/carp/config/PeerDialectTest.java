// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static io.carp.config.VirtualHostConfigTest.file;
import static io.carp.config.VirtualHostConfigTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.DemotionStyle;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every key of the dialect: what is taken, what is refused, and in which words. */
class PeerDialectTest {
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
    void theOrderOfTheAddressesMattersOnlyIfItSaysSo() throws ConfigurationRefused {
        AdvertisementDigest sorted = parse("virtualIps", "10.0.0.1, 10.0.0.2").digest();
        assertTrue(sorted.sameAs(parse("virtualIps", "10.0.0.2, 10.0.0.1", "digestOrder", " sorted ")
                .digest()));
        AdvertisementDigest configured = parse("virtualIps", "10.0.0.2, 10.0.0.1", "digestOrder", "configured")
                .digest();
        assertFalse(sorted.sameAs(configured));
        assertTrue(sorted.sameAs(parse("virtualIps", "10.0.0.1, 10.0.0.2", "digestOrder", "configured")
                .digest()));
    }

    @Test
    void aMacIsPartOfTheDigest() throws ConfigurationRefused {
        AdvertisementDigest digest = parse("digestMac", " 02:11:22:33:44:aB ").digest();
        assertFalse(digest.sameAs(parse().digest()));
        assertTrue(digest.sameAs(parse("digestMac", "02:11:22:33:44:Ab").digest()));
        assertTrue(
                parse().digest().sameAs(parse("digestMac", "00:00:5e:00:01:07").digest()), "the virtual one");
        assertTrue(parse().digest().sameAs(parse("digestMac", "").digest()));
    }

    @Test
    void asOpenBsd() throws ConfigurationRefused {
        assertEquals(
                DemotionStyle.HEADER,
                parse("demotionStyle", "header").settings().demotionStyle());
    }

    @ParameterizedTest
    @CsvSource({
        "demotionStyle, Header, 'advskew (FreeBSD, ucarp) or header (OpenBSD)'",
        "demotionStyle, 1, header",
        "digestOrder, unsorted, configured (FreeBSD up to 9)",
        "digestOrder, true, sorted",
        "digestMac, 02:00:00:00:00, such as 02:00:00:00:00:07",
        "digestMac, 02:00:00:00:00:0g, hardware address",
        "digestMac, 02-00-00-00-00-07, hardware address",
        "digestMac, 01:00:5e:00:01:07, of one interface",
        "digestMac, 020000000007, hardware address"
    })
    void refusedWithKeyValueAndWhatIsAllowed(String key, String value, String allowed) {
        String sentence = refusal(file(key, value));
        assertTrue(sentence.startsWith(key + " = " + value + ": allowed is "), sentence);
        assertTrue(sentence.contains(allowed), sentence);
    }
}
