// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.Mastership;
import io.carp.MastershipHook;
import io.carp.Reason;
import io.carp.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Shows how a consumer tests its own code with plain JUnit, without a container or a network. */
class ConsumerExampleTest {
    private final List<String> diary = new ArrayList<>();

    /** The consumer: in its bundle a DS component; for the test a class like any other. */
    private final class Billing implements MastershipHook {
        @Override
        public void acquiring(VirtualHost host) {
            diary.add("open books of " + host.name());
        }

        @Override
        public void released(VirtualHost host, Reason why) {
            diary.add("close books: " + why);
        }
    }

    /** Lives on the master only. */
    private record Invoices(Mastership master) {}

    @Test
    void booksAreOpenOnTheMasterOnly() {
        FakeCarpEngine carp = new FakeCarpEngine("web").hook(new Billing());

        carp.take("web");
        assertEquals(List.of("open books of web"), diary);

        carp.lose("web");
        assertEquals(List.of("open books of web", "close books: more frequent advertisement received"), diary);
    }

    @Test
    void aMarkerNeedsNoEngineAtAll() {
        Mastership master = new Mastership() {};
        assertEquals(master, new Invoices(master).master());
    }
}
