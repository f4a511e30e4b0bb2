// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.protocol.AdvertisementDigest;
import io.carp.spi.Transport.Link;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** How often the link is told who has the addresses. */
class AnnouncementsTest {
    private static long announced(SteppedHost on) {
        return on.node.diary().stream().filter("announce"::equals).count();
    }

    /** How often it announces in the next seconds. */
    private static long announcedIn(SteppedHost on, long seconds) {
        on.node.diary();
        on.node.pass(seconds * SECOND);
        return announced(on);
    }

    @Test
    void twiceASecondApartUnlessSomethingElseIsSet() throws ConfigurationRefused {
        SteppedHost on = new SteppedHost().open();
        on.node.pass(3 * SECOND);
        assertEquals(1, announced(on), "when bound");
        assertEquals(1, announcedIn(on, 2));
        assertEquals(0, announcedIn(on, 60));
    }

    @Test
    void theWinnerInsistsWhereACrashedMasterMayStillHoldTheAddresses() throws ConfigurationRefused {
        SteppedHost on = new SteppedHost("advbase", "0", "advskew", "128").open();
        // It announces at once, and then every 200 ms until the other kernel has dropped its lease of 1 s, late as that
        // may be.
        assertEquals(13, announcedIn(on, 5));
        assertEquals(0, announcedIn(on, 60));
    }

    @Test
    void asOftenAndAsFarApartAsConfigured() throws ConfigurationRefused {
        SteppedHost on = new SteppedHost("announceCount", "5", "announceInterval", "2500").open();
        on.node.pass(3 * SECOND);
        assertEquals(1, announced(on));
        assertEquals(0, announcedIn(on, 2));
        assertEquals(1, announcedIn(on, 1));
        assertEquals(3, announcedIn(on, 60));
    }

    @Test
    void refreshedForAsLongAsItIsMaster() throws ConfigurationRefused {
        SteppedHost on = new SteppedHost("announceRefresh", "10", "announceCount", "1").master();
        assertEquals(6, announcedIn(on, 60));
        on.door().tell(Link.DOWN, "no carrier");
        assertEquals(0, announcedIn(on, 60));
    }

    @Test
    void anEditOfTheRefreshCountsAtOnce() throws ConfigurationRefused {
        SteppedHost on = new SteppedHost().master();
        assertEquals(0, announcedIn(on, 60));
        on.onLoop(() -> on.runner.reconfigure(config("announceRefresh", "10")));
        assertEquals(6, announcedIn(on, 60));
        on.onLoop(() -> on.runner.reconfigure(config("announceRefresh", "0")));
        assertEquals(0, announcedIn(on, 60));
    }

    @Test
    void noLongerThanItIsMaster() throws ConfigurationRefused {
        SteppedHost on = new SteppedHost("announceCount", "100").master();
        assertEquals(10, announcedIn(on, 10));
        on.door().tell(Link.DOWN, "no carrier");
        assertEquals(0, announcedIn(on, 60));
    }

    @Test
    void theWholeSeriesAgainWhenAWorseMasterWasHeard() throws Exception {
        SteppedHost on = new SteppedHost("announceCount", "3").master();
        on.node.pass(10 * SECOND);
        on.node.diary();
        hear(on, 200);
        on.node.settle();
        assertEquals(1, announced(on), "at once");
        assertEquals(2, announcedIn(on, 60));
    }

    @Test
    void aSeriesThatBeginsAnewIsStillOneSeries() throws Exception {
        SteppedHost on = new SteppedHost("announceCount", "4", "announceInterval", "10000").master();
        on.node.diary();
        hear(on, 200);
        on.node.pass(SECOND);
        hear(on, 200);
        assertEquals(2 + 3, announced(on) + announcedIn(on, 60));
    }

    private static void hear(SteppedHost on, int advskew) throws UnknownHostException {
        AdvertisementDigest digest = on.runner.config().digest();
        ByteBuffer packet = SteppedHost.advertisement(digest, 1, advskew);
        InetAddress source = InetAddress.getByName("10.0.0.2");
        on.onLoop(() -> on.door().listener.received(source, 255, packet));
    }

    private static VirtualHostConfig config(String... pairs) {
        try {
            return SteppedHost.config(pairs);
        } catch (ConfigurationRefused e) {
            throw new IllegalStateException(e);
        }
    }
}
