// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.engine.VirtualHostConfigTest.file;
import static io.carp.engine.VirtualHostConfigTest.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The keys of the group: what is taken, what is refused, and in which words. */
class StartAndStayTest {
    private static StartAndStay parse(String... pairs) throws ConfigurationRefused {
        return VirtualHostConfig.parse("web", file(pairs), Map.of(), Path.of(""))
                .start();
    }

    @Test
    void theDefaultsChangeNothing() throws ConfigurationRefused {
        assertFalse(parse().neutral());
    }

    @Test
    void whatIsSetIsTaken() throws ConfigurationRefused {
        assertTrue(parse("neutral", " true ").neutral());
    }

    @Test
    void whatIsNotAllowedIsRefusedByName() {
        assertEquals("neutral = yes: allowed is true or false", refusal(file("neutral", "yes")));
    }
}
