// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static io.carp.real.BinderHost.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.AddressBinder;
import io.carp.vip.NetlinkBinder;
import io.carp.vip.ScriptBinder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A neighbour that knew the virtual IPs at somebody else's hardware address follows the announcement. */
class AnnounceLinkTest {
    private static final String FORMER = "02:00:00:00:00:99";
    private static final AddressBinder.Listener NOBODY = new AddressBinder.Listener() {
        @Override
        public void restored(String address) {}

        @Override
        public void gaveUp(String why) {}
    };

    private Lan lan;

    @BeforeEach
    void setUp() {
        lan = new Lan("carp-vip-announce", 2);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void theNetlinkBinderAnnouncesWhatItHasBound() throws Exception {
        var binder = new NetlinkBinder(new BinderHost.SystemTime());
        try {
            announces(binder);
        } finally {
            binder.close();
        }
    }

    @Test
    void theScriptBinderAnnouncesToo() throws Exception {
        var binder = new ScriptBinder();
        announces(binder);
        binder.close();
    }

    private void announces(AddressBinder binder) throws Exception {
        var neighbour = lan.host(2);
        neighbour.ip("neigh replace 10.9.0.100 lladdr " + FORMER + " dev eth0 nud reachable");
        neighbour.ip("-6 neigh replace fd09::100 lladdr " + FORMER + " dev eth0 nud reachable");
        var binding = binder.open(BinderHost.addresses(0, "10.9.0.100", "fd09::100"), NOBODY);
        lan.host(1).call(() -> {
            binding.announce();
            binding.bind();
            return null;
        });
        assertTrue(neighbour.ip("neigh show 10.9.0.100 dev eth0").contains(FORMER), "nothing was announced yet");

        lan.host(1).call(() -> {
            binding.announce();
            return null;
        });
        String mac = lan.host(1).run("cat", "/sys/class/net/eth0/address").strip();
        await("ARP", () -> neighbour.ip("neigh show 10.9.0.100 dev eth0").contains(mac));
        await("NA", () -> neighbour.ip("-6 neigh show fd09::100 dev eth0").contains(mac));
    }
}
