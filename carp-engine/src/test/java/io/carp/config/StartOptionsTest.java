// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static io.carp.config.VirtualHostConfigTest.file;
import static io.carp.config.VirtualHostConfigTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.protocol.Delays;
import io.carp.protocol.FamilyRule;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The keys of the group: what is taken, what is refused, and in which words. */
class StartOptionsTest {
    private static StartOptions parse(String... pairs) throws ConfigurationRefused {
        return VirtualHostConfig.parse("web", file(pairs), Map.of(), Path.of(""))
                .start();
    }

    @Test
    void theDefaultsChangeNothing() throws ConfigurationRefused {
        assertEquals(StartOptions.USUAL, parse());
        assertFalse(parse().neutral() || parse().ignoreLink());
        assertEquals(new Delays(0, 0, FamilyRule.ALL), parse().delays());
    }

    @Test
    void whatIsSetIsTaken() throws ConfigurationRefused {
        StartOptions set = parse(
                "neutral", " true ",
                "ignoreLink", "true",
                "startupDelay", "3600",
                "preemptDelay", "1",
                "familyRule", "any");
        assertTrue(set.neutral() && set.ignoreLink());
        assertEquals(new Delays(3600, 1, FamilyRule.ANY), set.delays());
        assertEquals(FamilyRule.ALL, parse("familyRule", "all").delays().familyRule());
    }

    @Test
    void theRulesGetWhatIsTheirs() throws ConfigurationRefused {
        VirtualHostConfig config =
                VirtualHostConfig.parse("web", file("preemptDelay", "7"), Map.of("startupDelay", "9"), Path.of(""));
        assertEquals(new Delays(9, 7, FamilyRule.ALL), config.settings().delays());
    }

    @Test
    void whatIsNotAllowedIsRefusedByName() {
        assertEquals("neutral = yes: allowed is true or false", refusal(file("neutral", "yes")));
        assertEquals("ignoreLink = 1: allowed is true or false", refusal(file("ignoreLink", "1")));
        assertEquals("familyRule = ANY: allowed is any or all", refusal(file("familyRule", "ANY")));
        for (String key : new String[] {"startupDelay", "preemptDelay"}) {
            for (String wrong : new String[] {"-1", "3601", "1.5", "soon"}) {
                assertEquals(key + " = " + wrong + ": allowed is a whole number 0..3600", refusal(file(key, wrong)));
            }
        }
    }
}
