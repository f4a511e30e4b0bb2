// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static io.carp.config.VirtualHostConfigTest.file;
import static io.carp.config.VirtualHostConfigTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of the group: what is taken, what is refused, and in which words. */
class AnnounceConfigTest {
    private static final long MILLISECOND = 1_000_000;

    private static AnnounceConfig parse(String... pairs) throws ConfigurationRefused {
        return VirtualHostConfig.parse("web", file(pairs), Map.of(), Path.of(""))
                .announcing();
    }

    @Test
    void theDefaultsDependOnAdvbase() throws ConfigurationRefused {
        assertEquals(new AnnounceConfig(2, 1000 * MILLISECOND, 0), parse());
        assertEquals(new AnnounceConfig(13, 200 * MILLISECOND, 0), parse("advbase", "0", "advskew", "10"));
    }

    @Test
    void whatIsSetIsTaken() throws ConfigurationRefused {
        assertEquals(
                new AnnounceConfig(1, 10 * MILLISECOND, 86_400_000 * MILLISECOND),
                parse("announceCount", " 1 ", "announceInterval", "10", "announceRefresh", "86400"));
        assertEquals(
                new AnnounceConfig(100, 60_000 * MILLISECOND, 0),
                parse("advbase", "0", "announceCount", "100", "announceInterval", "60000"));
    }

    @ParameterizedTest
    @CsvSource({
        "announceCount, 0, 1..100",
        "announceCount, 101, 1..100",
        "announceCount, often, 1..100",
        "announceInterval, 9, 10..60000",
        "announceInterval, 60001, 10..60000",
        "announceInterval, 1s, 10..60000",
        "announceRefresh, -1, 0..86400",
        "announceRefresh, 86401, 0..86400",
        "announceRefresh, off, 0..86400"
    })
    void whatIsNotAllowedIsRefusedByName(String key, String value, String allowed) {
        assertEquals(key + " = " + value + ": allowed is a whole number " + allowed, refusal(file(key, value)));
    }
}
