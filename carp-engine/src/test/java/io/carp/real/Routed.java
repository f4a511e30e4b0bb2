// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Two hosts with a router between them. Host <i>n</i> has the interface {@code eth0} with {@code 10.<n>.0.1/24} and
 * {@code fd0<n>::1/64}, and a default route of each family.
 */
final class Routed implements AutoCloseable {
    final Netns router;
    private final List<Netns> hosts = new ArrayList<>();

    /** Builds it. Where that is not possible, this says why and aborts the test. */
    Routed(String prefix) throws Exception {
        router = Netns.create(prefix + "-router");
        try {
            router.call(() -> {
                for (var key : List.of("ipv4/ip_forward", "ipv6/conf/all/forwarding")) {
                    Files.writeString(Path.of("/proc/sys/net", key), "1");
                }
                return true;
            });
            for (int n = 1; n <= 2; n++) {
                var host = Netns.create(prefix + "-" + n);
                hosts.add(host);
                router.cable("to" + n, host, "eth0");
                router.ip("address add 10." + n + ".0.254/24 dev to" + n);
                router.ip("-6 address add fd0" + n + "::fe/64 dev to" + n + " nodad");
                host.ip("address add 10." + n + ".0.1/24 dev eth0");
                host.ip("-6 address add fd0" + n + "::1/64 dev eth0 nodad");
                host.ip("route add default via 10." + n + ".0.254");
                host.ip("-6 route add default via fd0" + n + "::fe");
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    Netns host(int n) {
        return hosts.get(n - 1);
    }

    @Override
    public void close() {
        hosts.forEach(Netns::close);
        router.close();
    }
}
