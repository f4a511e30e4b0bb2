// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * CARP as the BSDs and ucarp speak it: raw IP packets, protocol 112, to a multicast group. Linux only; needs the
 * capability CAP_NET_RAW.
 */
@Component(service = Transport.class, property = Transport.NAME + "=raw")
public final class RawTransport implements Transport, AutoCloseable {
    private static final InetAddress IPV4_GROUP = group("224.0.0.18");
    private static final InetAddress IPV6_GROUP = group("ff02::12");

    private final Loop loop;
    private final LinkMonitor monitor;
    private final Map<String, RawLink> links = new HashMap<>();

    @Activate
    public RawTransport(@Reference Loop loop) {
        this.loop = loop;
        this.monitor = new LinkMonitor(loop);
        monitor.start();
    }

    /** Closes every socket. */
    @Deactivate
    @Override
    public void close() {
        loop.execute(() -> {
            monitor.close();
            List.copyOf(links.values()).forEach(RawLink::close);
            links.clear();
        });
    }

    @Override
    public Port open(String networkInterface, ProtocolFamily family, int vhid, Listener listener) {
        if (family != StandardProtocolFamily.INET && family != StandardProtocolFamily.INET6) {
            throw new IllegalArgumentException("the transport raw knows INET and INET6, not " + family.name());
        }
        var group = family == StandardProtocolFamily.INET ? IPV4_GROUP : IPV6_GROUP;
        var key = networkInterface + " " + family.name();
        var link = links.get(key);
        if (link == null) {
            link = new RawLink(loop, monitor, networkInterface, group, () -> links.remove(key));
            links.put(key, link);
        }
        return link.open(vhid, listener);
    }

    private static InetAddress group(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
