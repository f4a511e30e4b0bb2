// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The values behind {@link Delivery}. The record is not public, so that it may grow. */
record PlainDelivery(
        String networkInterface,
        StandardProtocolFamily family,
        int vhid,
        InetAddress group,
        boolean broadcast,
        List<InetAddress> peers,
        @Nullable InetAddress source,
        boolean virtualMac)
        implements Delivery {

    PlainDelivery {
        Objects.requireNonNull(networkInterface, "networkInterface");
        Objects.requireNonNull(family, "family");
        Objects.requireNonNull(group, "group");
        peers = List.copyOf(peers);
    }

    @Override
    public Delivery withGroup(InetAddress other) {
        return new PlainDelivery(networkInterface, family, vhid, other, broadcast, peers, source, virtualMac);
    }

    @Override
    public Delivery withBroadcast(boolean wanted) {
        return new PlainDelivery(networkInterface, family, vhid, group, wanted, peers, source, virtualMac);
    }

    @Override
    public Delivery withPeers(List<InetAddress> others) {
        return new PlainDelivery(networkInterface, family, vhid, group, broadcast, others, source, virtualMac);
    }

    @Override
    public Delivery withSource(@Nullable InetAddress other) {
        return new PlainDelivery(networkInterface, family, vhid, group, broadcast, peers, other, virtualMac);
    }

    @Override
    public Delivery withVirtualMac(boolean wanted) {
        return new PlainDelivery(networkInterface, family, vhid, group, broadcast, peers, source, wanted);
    }

    static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }
}
