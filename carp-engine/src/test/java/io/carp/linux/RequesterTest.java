// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class RequesterTest {
    @Test
    void whoAskedForAChange() throws Exception {
        var sleep = new ProcessBuilder("sleep", "600").start();
        int pid = (int) sleep.pid();
        try {
            // Before that the process is still our copy, and not the program itself.
            while (!Requester.inWords(pid).equals("process " + pid + " (sleep)")) {
                Thread.onSpinWait();
            }
            assertEquals("process " + pid + " (sleep)", Requester.inWords(pid | 3 << 22), "as libnl numbers them");
        } finally {
            sleep.destroyForcibly().waitFor();
        }
        assertEquals("process " + pid + ", which has ended", Requester.inWords(pid));
    }

    @Test
    void whatSaysNothingIsNotInterpreted() {
        assertEquals("", Requester.inWords(0));
        assertEquals("", Requester.inWords(-4096));
        assertEquals("", Requester.inWords(1 << 22));
    }
}
