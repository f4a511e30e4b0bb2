// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Reason;
import io.carp.config.ConfigurationRefused;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a binding hears of advertisements, of which addresses with a short lease live: before they leave, and after. */
class ShortLeaseOrderTest {
    /** 25/256 s: about 100 ms. */
    private static final long INTERVAL = SECOND * 25 / 256;

    private final List<String> order = new ArrayList<>();

    private SteppedHost host() throws ConfigurationRefused {
        var on = new SteppedHost("advbase", "0", "advskew", "25");
        on.onAdvertising = interval -> order.add("advertising " + interval);
        on.onSend = () -> order.add("sent");
        on.onAdvertised = () -> order.add("advertised");
        on.onHandsOver = () -> order.add("hands over");
        return on;
    }

    @Test
    void theFirstAdvertisementLeavesWhenTheAddressesMayWorkAndThenTheyAreBound() throws Exception {
        var on = host().open();
        on.node.diary();
        while (order.isEmpty()) {
            on.node.pass(SECOND / 100);
        }
        assertEquals(List.of("advertising " + INTERVAL, "sent", "advertised"), order);
        assertEquals("bind", on.node.diary().get(0));
        order.clear();
        on.node.pass(INTERVAL);
        assertEquals(List.of("advertising " + INTERVAL, "sent", "advertised"), order);
    }

    @Test
    void theLastWordIsFollowedByTheHandoverAndThenTheyAreUnbound() throws Exception {
        var on = host().master();
        on.node.diary();
        order.clear();
        on.onHandsOver = () ->
                order.add("hands over, and has unbound: " + on.node.diary().contains("unbind"));
        on.onLoop(() -> on.runner.stepDown(Reason.USER_REQUEST));
        assertEquals(List.of("sent", "hands over, and has unbound: false"), order);
        on.letGo();
        assertTrue(on.node.diary().contains("unbind"));
    }

    @Test
    void aBackupAsksForNothing() throws Exception {
        var on = host().open();
        on.node.pass(SECOND / 20);
        assertEquals(List.of(), order);
    }

    @Test
    void whatIsNotSentIsNotAskedFor() throws Exception {
        var on = host().master();
        order.clear();
        on.onLapsed = () -> "nobody renews them";
        on.node.pass(INTERVAL / 4 + INTERVAL);
        assertEquals(
                List.of(),
                order.stream().filter(o -> o.startsWith("advertising")).toList());
    }

    @Test
    void aDemotionIsToldAsAnotherInterval() throws Exception {
        var on = host().master();
        on.onLoop(() -> on.runner.demotions(10, List.of()));
        order.clear();
        on.node.pass(2 * SECOND);
        assertTrue(order.contains("advertising " + SECOND * 35 / 256), order.toString());
    }

    @Test
    void aBindingThatThrowsKeepsNobodyFromAdvertising() throws Exception {
        var on = host().master();
        on.onAdvertising = interval -> {
            throw new IllegalStateException("on purpose");
        };
        order.clear();
        on.node.pass(INTERVAL);
        assertEquals(List.of("sent", "advertised"), order);
    }

    @Test
    void theKernelsRefusalIsAFindingThatCanBeSettled() throws Exception {
        var on = host().master();
        on.onLoop(() -> on.binderListener.unguarded("no nf_tables"));
        var finding = on.runner.snapshot().findings().stream()
                .filter(f -> f.code().equals("gate"))
                .findFirst()
                .orElseThrow();
        assertTrue(finding.text().endsWith("no nf_tables"), finding.text());
        on.onLoop(() -> on.binderListener.unguarded(""));
        assertTrue(
                on.runner.snapshot().findings().stream().noneMatch(f -> f.code().equals("gate")));
    }
}
