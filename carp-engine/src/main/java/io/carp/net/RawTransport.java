// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Delivery;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * CARP as the BSDs and ucarp speak it: raw IP packets, protocol 112, to a multicast group or to peers. It needs Linux
 * and the capability CAP_NET_RAW.
 */
@Component(service = Transport.class, property = Transport.NAME + "=raw")
public final class RawTransport implements Transport, AutoCloseable {
    private final Loop loop;
    private final LinkMonitor monitor;
    private final Map<String, RawLink> links = new HashMap<>();
    private final Map<String, VhidClaim> claims = new HashMap<>();
    private final RelayRing ring = new RelayRing();

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
            List.copyOf(claims.values()).forEach(VhidClaim::close);
            claims.clear();
            ring.close();
        });
    }

    @Override
    public int advertisementPort() {
        return 0;
    }

    @Override
    public Port open(Delivery delivery, Listener listener) {
        var at = delivery.networkInterface();
        var key = at + " " + delivery.family().name();
        var link = links.get(key);
        if (link == null) {
            link = new RawLink(
                    loop, monitor, at, delivery.isIpv4(), vhid -> claim(at, vhid), ring, () -> links.remove(key));
            links.put(key, link);
        }
        return link.open(delivery, listener);
    }

    private VhidClaim claim(String networkInterface, int vhid) {
        var key = vhid + "@" + networkInterface;
        return claims.computeIfAbsent(
                key, absent -> new VhidClaim(loop, networkInterface, vhid, () -> claims.remove(key)));
    }
}
