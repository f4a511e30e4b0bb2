// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.carp.real.Netns;
import org.junit.jupiter.api.Test;

class MacvlanLinkTest {
    /** This is the answer of a kernel without macvlan. */
    @Test
    void aKernelThatDoesNotKnowTheKindSaysSo() {
        try (var netns = Netns.create("carp-macvlan")) {
            int errno = netns.call(() -> {
                try (var netlink = Netlink.open(10_000)) {
                    return assertThrows(SystemCallException.class, () -> new Macvlan(netlink)
                                    .create("nosuchkind", "x0", 1, new byte[6]))
                            .errno();
                }
            });
            assertEquals(LibC.EOPNOTSUPP, errno);
        }
    }
}
