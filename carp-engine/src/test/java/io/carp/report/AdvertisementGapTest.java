// SPDX-License-Identifier: Apache-2.0
package io.carp.report;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.MASTER;
import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.config.ConfigurationRefused;
import io.carp.host.SteppedHost;
import io.carp.spi.Transport.Link;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The number {@code longestGapMillis}. */
class AdvertisementGapTest {
    private final SteppedHost on;

    AdvertisementGapTest() throws ConfigurationRefused {
        on = new SteppedHost();
    }

    private long gap() {
        return on.runner.snapshot().counters().get("longestGapMillis");
    }

    private void pauseFor(long nanos) {
        on.node.loop.pause(false);
        on.node.pass(nanos);
        on.node.loop.resume();
        on.node.settle();
    }

    @Test
    void isTheIntervalWhenAllIsWellAndNothingBefore() {
        on.open();
        on.node.pass(2 * SECOND);
        assertEquals(0, gap(), "a backup has none");
        on.node.pass(10 * SECOND);
        assertEquals(MASTER, on.runner.snapshot().state());
        assertEquals(1000, gap());
    }

    @Test
    void theLongestOneStays() {
        on.master();
        pauseFor(SECOND * 3 / 2);
        assertEquals(MASTER, on.runner.snapshot().state());
        on.node.pass(10 * SECOND);
        long longest = gap();
        assertEquals(true, longest >= 1500 && longest < 2500, longest + " ms");
    }

    @Test
    void thatWhichCostTheMastershipCounts() {
        on.master();
        pauseFor(20 * SECOND);
        assertEquals(BACKUP, on.runner.snapshot().state());
        long longest = gap();
        assertEquals(true, longest >= 20_000 && longest <= 21_000, longest + " ms");
        assertEquals(1, on.runner.snapshot().counters().get("lateWakeups"));
        on.node.pass(10 * SECOND);
        assertEquals(longest, gap(), "the time as backup is none");
    }

    @Test
    void onlyWhatLeftEndsIt() {
        on.master();
        on.node.pass(SECOND);
        on.onSend = () -> {
            throw new IllegalStateException("expected by this test");
        };
        on.node.pass(SECOND);
        on.onSend = () -> {};
        on.node.pass(SECOND);
        assertEquals(
                List.of(2000L, 1L),
                List.of(gap(), on.runner.snapshot().counters().get("sendErrors")));
    }

    @Test
    void theTimeWithoutLinkIsNone() {
        on.master();
        on.door().tell(Link.DOWN, "no carrier");
        on.node.pass(30 * SECOND);
        on.door().tell(Link.UP, "");
        on.node.pass(10 * SECOND);
        assertEquals(MASTER, on.runner.snapshot().state());
        assertEquals(1000, gap());
    }
}
