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
 * What Java tells of this machine: never asked on the loop, for it reads files and asks the kernel once for each
 * interface.
 *
 * @param addresses all of this machine's
 * @param interfaces the number of each, by its name
 */
record LocalNetwork(Set<InetAddress> addresses, Map<String, Integer> interfaces) {
    private static final Logger LOG = LoggerFactory.getLogger(LocalNetwork.class);

    /** Looks; empty where that is not possible. May take a while. */
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
