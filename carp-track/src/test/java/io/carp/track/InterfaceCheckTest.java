// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterfaceCheckTest {
    @TempDir
    Path net;

    /** The words are the kernel's, see Documentation/ABI/testing/sysfs-class-net. */
    @ParameterizedTest
    @CsvSource({
        "up, ",
        "unknown, ",
        "down, down",
        "lowerlayerdown, lowerlayerdown",
        "dormant, dormant",
        "notpresent, notpresent",
        "testing, testing"
    })
    void isUpAndHasCarrier(String operstate, String fault) throws Exception {
        Files.writeString(Files.createDirectory(net.resolve("eth1")).resolve("operstate"), operstate + "\n");
        assertEquals(fault, new InterfaceCheck(net, "eth1").fault());
    }

    @Test
    void theRealLoopbackIsFineAndWhatIsNotThereIsNot() throws Exception {
        assertNull(InterfaceCheck.of("lo").fault());
        assertEquals("there is no such interface", InterfaceCheck.of("nosuch0").fault());
    }

    @Test
    void worksWithoutSysToo() throws Exception {
        Path nothing = net.resolve("nothing");
        assertNull(new InterfaceCheck(nothing, "lo").fault());
        assertEquals("there is no such interface", new InterfaceCheck(nothing, "nosuch0").fault());
    }
}
