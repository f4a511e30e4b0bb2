// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.carp.DemotionSource;
import io.carp.consumers.VirtualHostView.DemotionView;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemotionsTest {
    private final Demotions demotions = new Demotions();

    private static DemotionSource by(int amount) {
        return new DemotionView(amount, "reason " + amount, "somebody");
    }

    private int of(String host) {
        return demotions.of(host).stream().mapToInt(DemotionSource::amount).sum();
    }

    @Test
    void sums() {
        demotions.set("a", by(10), null);
        demotions.set("b", by(20), "web");
        demotions.set("c", by(40), new String[] {"web", "db"});
        demotions.set("d", by(-80), List.of("db"));
        assertEquals(10, demotions.ofNode());
        assertEquals(70, of("web"));
        assertEquals(-30, of("db"));
        assertEquals(10, of("other"));
    }

    @Test
    void theSameKeyIsAChangeAndNothingIsRemoval() {
        demotions.set("a", by(10), null);
        demotions.set("a", by(11), null);
        assertEquals(11, demotions.ofNode());
        demotions.set("a", by(0), null);
        assertEquals(List.of(), demotions.of("web"));
        demotions.set("a", by(12), null);
        assertEquals("reason 12", demotions.remove("a"));
        assertNull(demotions.remove("a"));
        assertEquals(0, demotions.ofNode());
    }
}
