// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.protocol.Counters;
import io.carp.protocol.Counters.Counter;
import io.carp.spi.Relay;
import java.nio.ByteBuffer;

/** The relays of all ports of a virtual host as one. Loop thread only; goes by index, since an iterator would be allocated. */
final class Relays {
    private final FamilyPorts ports;

    Relays(FamilyPorts ports) {
        this.ports = ports;
    }

    /** Why there is none, for a person; empty if there is one, or no port yet that would need it. */
    String refusal() {
        String why = "";
        for (int i = 0; i < ports.size(); i++) {
            Relay relay = ports.relay(i);
            if (ports.isInUse(i)) {
                why = relay == null ? "this transport cannot do it; the transport raw can" : relay.refusal();
            }
        }
        return why;
    }

    /** How many advertisements all of them take; 0 if there is none. */
    int most() {
        int most = 0;
        for (int i = 0; i < ports.size(); i++) {
            Relay relay = ports.relay(i);
            int here = relay == null ? 0 : relay.most();
            most = here == 0 || (most != 0 && most < here) ? most : here;
        }
        return most;
    }

    /** As {@link Relay#arm}; with nothing between position and limit, as {@link #cancel}. */
    int arm(ByteBuffer packets, int length, long firstNanos, long intervalNanos) {
        if (!packets.hasRemaining()) {
            return cancel();
        }
        int left = 0;
        for (int i = 0; i < ports.size(); i++) {
            Relay relay = ports.relay(i);
            left = relay == null ? left : Math.max(left, relay.arm(packets, length, firstNanos, intervalNanos));
        }
        return left;
    }

    boolean isArmed() {
        boolean all = true;
        for (int i = 0; i < ports.size(); i++) {
            Relay relay = ports.relay(i);
            all &= relay == null || relay.most() == 0 || relay.isArmed();
        }
        return all;
    }

    /** Returns whether it was in time for all of them. */
    boolean putOff(long firstNanos) {
        boolean all = true;
        for (int i = 0; i < ports.size(); i++) {
            Relay relay = ports.relay(i);
            all &= relay == null || relay.putOff(firstNanos);
        }
        return all;
    }

    /** How many have left by at least one of them. */
    int left() {
        int left = 0;
        for (int i = 0; i < ports.size(); i++) {
            Relay relay = ports.relay(i);
            left = relay == null ? left : Math.max(left, relay.left());
        }
        return left;
    }

    int cancel() {
        int left = 0;
        for (int i = 0; i < ports.size(); i++) {
            Relay relay = ports.relay(i);
            left = relay == null ? left : Math.max(left, relay.cancel());
        }
        return left;
    }

    /** Counts so many advertisements for each family in which they were relayed. */
    void count(Counters counters, int number) {
        for (int i = 0; i < ports.size(); i++) {
            for (int k = 0; k < number && ports.relay(i) != null; k++) {
                counters.count(ports.isIpv6(i) ? Counter.opackets6 : Counter.opackets);
            }
        }
    }
}
