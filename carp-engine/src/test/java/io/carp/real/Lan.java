// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import java.util.ArrayList;
import java.util.List;

/**
 * Hosts on one switch, each in a namespace of its own. Host <i>n</i> (from 1) has the interface {@code eth0} with
 * {@code 10.9.0.n/24} and {@code fd09::n/64}; the other end of its cable is {@code port<n>} of the bridge {@code br0}
 * in {@link #wire}. Loops that run in the hosts must be closed before this.
 */
public final class Lan implements AutoCloseable {
    private final Netns wire;
    private final List<Netns> hosts = new ArrayList<>();

    /** Builds it. Where that is not possible, this says why and aborts the test. */
    public Lan(String prefix, int numberOfHosts) {
        wire = Netns.create(prefix + "-wire");
        try {
            // No forwarding delay and no snooping: every frame is on every port from the first one on.
            wire.ip("link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0");
            wire.ip("link set br0 up");
            for (int n = 1; n <= numberOfHosts; n++) {
                hosts.add(Netns.create(prefix + "-" + n));
                plug(n);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Gives host n (from 1) its cable and its addresses, as at the beginning. */
    public void plug(int n) {
        var host = host(n);
        wire.cable("port" + n, host, "eth0");
        wire.ip("link set port" + n + " master br0");
        host.ip("address add 10.9.0." + n + "/24 dev eth0");
        host.ip("-6 address add fd09::" + n + "/64 dev eth0 nodad");
    }

    /** Host n, from 1. */
    public Netns host(int n) {
        return hosts.get(n - 1);
    }

    /** The namespace of the switch; {@code ip("link set port2 down")} in it pulls the cable of host 2. */
    public Netns wire() {
        return wire;
    }

    @Override
    public void close() {
        hosts.forEach(Netns::close);
        wire.close();
    }
}
