// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilitiesTest {
    @ParameterizedTest
    @CsvSource({
        "0000000000000000, false, false",
        "0000000000001000, false, true",
        "0000000000002000, true, false",
        "0000000000003000, true, true",
        "ffffffffffffcfff, false, false",
        "000001ffffffffff, true, true"
    })
    void readsTheEffectiveSet(String bits, boolean raw, boolean admin) throws IOException {
        var status = "Name:\tjava\nCapPrm:\tffffffffffffffff\nCapEff:\t" + bits + "\nCapBnd:\tffffffffffffffff\n";
        assertEquals(raw, Capabilities.CAP_NET_RAW.in(status));
        assertEquals(admin, Capabilities.CAP_NET_ADMIN.in(status));
    }

    @Test
    void refusesWhatIsNoStatus() {
        assertThrows(IOException.class, () -> Capabilities.CAP_NET_RAW.in("Name:\tjava\n"));
    }

    @Test
    void theSentenceNamesPurposeAndRemedy() {
        assertEquals(
                "the capability CAP_NET_RAW is missing, which is needed to send and receive CARP packets; start Karaf as"
                        + " root, or grant it in the systemd unit: AmbientCapabilities=CAP_NET_RAW CAP_NET_ADMIN (setcap"
                        + " on java does not work)",
                Capabilities.CAP_NET_RAW.missing());
    }
}
