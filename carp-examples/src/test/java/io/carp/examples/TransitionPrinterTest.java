// SPDX-License-Identifier: Apache-2.0
package io.carp.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.Reason;
import io.carp.testing.FakeCarpEngine;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A plain unit test of a consumer: no container, no network. */
class TransitionPrinterTest {
    @Test
    void printsEachTransitionWithItsReason() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        TransitionPrinter printer = new TransitionPrinter(new PrintStream(printed, true, StandardCharsets.UTF_8));
        FakeCarpEngine carp = new FakeCarpEngine("web").postTo(printer::handleEvent);
        carp.host("web").link(7, "eth0");

        carp.take("web");
        carp.lose("web", Reason.LINK_DOWN);

        assertEquals(
                List.of(
                        "7@eth0: BACKUP -> MASTER (master timed out)",
                        "7@eth0: MASTER -> INIT (hardware interface down)"),
                printed.toString(StandardCharsets.UTF_8).lines().toList());
    }
}
