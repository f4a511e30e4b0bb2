// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Java knows about the network of this machine. The loop never asks for it, since Java reads files and asks the
 * kernel once for each interface.
 *
 * @param addresses all addresses of this machine
 * @param interfaces the number of each interface, by its name
 */
record LocalNetwork(Set<InetAddress> addresses, Map<String, Integer> interfaces) {
    private static final Logger LOG = LoggerFactory.getLogger(LocalNetwork.class);

    /** Asks Java, which may take a while. The result is empty where that is not possible. */
    static LocalNetwork look() {
        var addresses = new HashSet<InetAddress>();
        var interfaces = new HashMap<String, Integer>();
        try {
            NetworkInterface.networkInterfaces().forEach(each -> {
                interfaces.put(each.getName(), each.getIndex());
                each.inetAddresses().forEach(addresses::add);
            });
        } catch (SocketException e) {
            LOG.debug("The addresses of this machine cannot be listed", e);
        }
        return new LocalNetwork(addresses, interfaces);
    }
}
