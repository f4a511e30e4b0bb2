// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import java.util.Set;
import java.util.TreeSet;

/** Many virtual hosts: h1, h2, ... with 10.9.1.1, 10.9.1.2, ... on eth0, 10.9.2.1, ... on eth1, and so on. */
final class Many {
    private static final int PATIENCE_MILLIS = 180_000;

    final int interfaces;
    final int each;

    Many(int interfaces, int each) {
        this.interfaces = interfaces;
        this.each = each;
    }

    int size() {
        return interfaces * each;
    }

    /** Gives both hosts of the lan the interfaces beside eth0, each pair on a switch of its own. */
    void plug(Lan lan) {
        for (int i = 1; i < interfaces; i++) {
            lan.wire().ip("link add br" + i + " type bridge stp_state 0 forward_delay 0 mcast_snooping 0");
            lan.wire().ip("link set br" + i + " up");
            for (int n = 1; n <= 2; n++) {
                lan.wire().cable("port" + n + "-" + i, lan.host(n), "eth" + i);
                lan.wire().ip("link set port" + n + "-" + i + " master br" + i);
                lan.host(n).ip("address add 10.9.10" + i + "." + n + "/24 dev eth" + i);
            }
        }
    }

    void start(EngineNode node, String settings) throws Exception {
        for (int n = 0; n < size(); n++) {
            int i = n / each;
            int vhid = n % each + 1;
            node.tell("start h" + (n + 1) + " interface=eth" + i + " vhid=" + vhid + " pass=secret virtualIps=10.9."
                    + (i + 1) + "." + vhid + " " + settings);
        }
    }

    /** Waits until all have printed a line that begins and ends like this, with the name between. */
    void await(EngineNode node, String begin, String end) throws Exception {
        try {
            BinderHost.await(
                    "all", PATIENCE_MILLIS, () -> named(node, begin, end).size() == size());
        } catch (AssertionError e) {
            throw new AssertionError(
                    node.host.name() + ": " + begin + "<name>" + end + ": "
                            + named(node, begin, end).size() + " of " + size(),
                    e);
        }
    }

    private static Set<String> named(EngineNode node, String begin, String end) {
        Set<String> names = new TreeSet<>();
        for (var line : node.lines()) {
            var text = line.text();
            if (text.startsWith(begin) && text.endsWith(end)) {
                names.add(text.substring(begin.length()).split(" ")[0]);
            }
        }
        return names;
    }

    /** How many of the addresses a host has. */
    long bound(Netns host) {
        return host.ip("-4 -o address show")
                .lines()
                .filter(line -> line.matches(".* 10\\.9\\.[1-" + interfaces + "]\\.\\d+/32 .*"))
                .count();
    }

    void awaitBound(Netns host, int number) throws Exception {
        BinderHost.await(number + " addresses at " + host.name(), PATIENCE_MILLIS, () -> bound(host) == number);
    }
}
