// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventOrderTest {
    private final List<String> posted = new ArrayList<>();
    private final EventOrder order = new EventOrder();

    private Runnable add(String event) {
        return order.add(() -> posted.add(event));
    }

    @Test
    void anEventThatIsReadyWaitsForThoseBefore() {
        Runnable master = add("MASTER");
        Runnable backup = add("BACKUP");
        Runnable init = add("INIT");
        init.run();
        backup.run();
        assertEquals(List.of(), posted);
        master.run();
        assertEquals(List.of("MASTER", "BACKUP", "INIT"), posted);
    }

    @Test
    void eachIsPostedOnce() {
        Runnable master = add("MASTER");
        master.run();
        master.run();
        Runnable backup = add("BACKUP");
        master.run();
        assertEquals(List.of("MASTER"), posted);
        backup.run();
        assertEquals(List.of("MASTER", "BACKUP"), posted);
    }
}
