// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Finding;
import io.carp.config.ConfigurationRefused;
import io.carp.protocol.AdvertisementDigest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two masters, or a group with our vhid, are findings while they last. */
class RivalsTest {
    private static final long INTERVAL = 2 * SteppedNode.SECOND;

    private SteppedHost on;
    private AdvertisementDigest ours;

    @BeforeEach
    void master() throws ConfigurationRefused {
        on = new SteppedHost().master();
        ours = on.runner.config().digest();
    }

    private static InetAddress address(String digits) {
        try {
            return InetAddress.getByName(digits);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void hear(String from, AdvertisementDigest digest, int advskew) {
        on.onLoop(() -> on.door().listener.received(address(from), 255, SteppedHost.advertisement(digest, 1, advskew)));
    }

    private List<String> codes() {
        return on.runner.snapshot().findings().stream().map(Finding::code).toList();
    }

    @Test
    void aWorseMasterThatGoesOnDoesNotHearUs() {
        for (int i = 0; i < 3; i++) {
            hear("10.0.0.9", ours, 254);
            on.node.pass(INTERVAL);
            assertEquals(List.of(), codes(), "it may not have had its answer yet");
        }
        hear("10.0.0.9", ours, 254);
        assertEquals(List.of("two-masters"), codes());
        assertTrue(on.findings.get(0).contains("10.0.0.9 goes on advertising vhid 7"), on.findings.get(0));
        hear("10.0.0.9", ours, 254);
        on.node.pass(INTERVAL);
        assertEquals(1, on.findings.size(), "said once");
        assertEquals(CarpState.MASTER, on.runner.snapshot().state());
        on.node.pass(4 * INTERVAL);
        assertEquals(List.of(), codes(), "it is silent");
    }

    @Test
    void anotherSecretIsAStranger() {
        AdvertisementDigest other =
                new AdvertisementDigest(7, "another".getBytes(UTF_8), List.of(address("10.0.0.100")));
        hear("10.0.0.8", other, 0);
        hear("10.0.0.8", other, 0);
        assertEquals(List.of(), codes());
        hear("10.0.0.8", other, 0);
        assertEquals(List.of("stranger"), codes());
        String text = on.findings.get(0);
        assertTrue(text.contains("10.0.0.8") && text.contains("pass") && text.contains("virtualIps"), text);
        assertTrue(text.contains("another group"), text);
        on.node.pass(12 * SteppedNode.SECOND);
        assertEquals(List.of(), codes(), "it is silent");
    }

    @Test
    void whoHasEndedSaysNothingOfThoseItStillHears() throws ConfigurationRefused {
        on.onLoop(() -> on.runner.close());
        var another = SteppedHost.config("pass", "another").digest();
        for (int i = 0; i < 4; i++) {
            hear("10.0.0.9", another, 0);
        }
        assertFalse(on.closed, "it waits for its successor");
        on.letGo();
        assertTrue(on.closed);
        assertEquals(List.of(), on.findings);
    }

    @Test
    void aFloodFromAnywhereIsOneFindingAtMost() {
        AdvertisementDigest other = new AdvertisementDigest(7, "another".getBytes(UTF_8), List.of());
        for (int i = 0; i < 1000; i++) {
            InetAddress any = address("10.1." + i % 7 + "." + i % 11);
            on.onLoop(() -> on.door().listener.received(any, 255, SteppedHost.advertisement(other, 1, 0)));
            on.node.pass(SteppedNode.SECOND / 10);
        }
        assertTrue(on.findings.size() <= 1, on.findings.toString());
    }
}
