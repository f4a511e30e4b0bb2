// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.engine.Stage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.carp.spi.Transport.Link;
import org.junit.jupiter.api.Test;

/** How often the link is told who has the addresses. */
class InsistenceTest {
    @Test
    void theWinnerInsistsWhereACrashedMasterMayStillHoldTheAddresses() throws ConfigurationRefused {
        RunnerStage on = new RunnerStage("advbase", "0", "advskew", "128");
        on.master();
        long announced = on.stage.diary().stream().filter("announce"::equals).count();
        // At once, with the second advertisement, and every 200 ms until the other kernel has let go.
        assertEquals(2 + Insistence.TIMES, announced);
        on.stage.pass(10 * SECOND);
        assertFalse(on.stage.diary().contains("announce"));
    }

    @Test
    void theWinnerInsistsNoLongerThanItIsTheWinner() throws ConfigurationRefused {
        RunnerStage on = new RunnerStage("advbase", "0", "advskew", "25");
        on.open();
        on.stage.pass(SECOND);
        on.stage.diary();
        on.door().tell(Link.DOWN, "no carrier");
        on.stage.pass(10 * SECOND);
        assertFalse(on.stage.diary().contains("announce"));
    }

    @Test
    void nobodyInsistsFromOneSecondOn() throws ConfigurationRefused {
        RunnerStage on = new RunnerStage();
        on.master();
        on.stage.pass(10 * SECOND);
        assertEquals(2, on.stage.diary().stream().filter("announce"::equals).count());
    }
}
