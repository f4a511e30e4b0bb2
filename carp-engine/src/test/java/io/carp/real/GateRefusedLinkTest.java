// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.vip.UnguardedHost;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Where the kernel lets nobody build a gate, and what is left of one whose process has died. */
class GateRefusedLinkTest {
    private static final String VIP = "10.9.0.100";

    @Test
    void withoutThePrivilegeItIsSaidOnceWithWhatToDo() throws Exception {
        try (var netns = Netns.create("carp-gate-nobody");
                var nobody = new Unprivileged(netns)) {
            String printed = nobody.run(UnguardedHost.class, "");
            var said = printed.lines().filter(l -> l.startsWith("unguarded: ")).toList();
            assertEquals(2, said.size(), printed);
            assertTrue(said.get(0).contains("CAP_NET_ADMIN"), printed);
            assertTrue(said.get(0).endsWith("shortLease = false does without"), printed);
            assertEquals("unguarded: ", said.get(1), "settled when it is wanted no more");
            assertTrue(printed.contains("ended"), printed);
        }
    }

    @Test
    void aTableThatWasLeftIsShutAndThenOfNoEffect() throws Exception {
        GateHost.assumeNft();
        String left;
        try (var gate = new GateHost("carp-gate-dead")) {
            var binding = gate.open(GateHost.addresses(VIP));
            gate.host.in(binding::prepare);
            left = gate.table();
        }
        var file = Files.createTempFile("gate", ".nft");
        try (var lan = new Lan("carp-gate-left", 2)) {
            Files.writeString(file, left);
            var host = lan.host(1);
            host.run("nft", "-f", file.toString());
            host.ip("address add " + VIP + "/24 dev eth0");
            assertTrue(isSilent(lan.host(2)), "it is shut");
            // What a minute does.
            host.run("nft", "delete element netdev carp-eth0 tended { eth0 }");
            BinderHost.await("whoever has configured the address by hand is heard", () -> !isSilent(lan.host(2)));
        } finally {
            Files.delete(file);
        }
    }

    private static boolean isSilent(Netns client) throws Exception {
        var ping = client.start("ping", "-c", "3", "-i", "0.2", "-W", "2", VIP);
        return ping.waitFor() != 0;
    }
}
