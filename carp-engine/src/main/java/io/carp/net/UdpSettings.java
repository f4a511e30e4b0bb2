// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static io.carp.keys.UdpKeys.BIND;
import static io.carp.keys.UdpKeys.PEERS;
import static io.carp.keys.UdpKeys.PORT;

import io.carp.keys.CfgFile;
import io.carp.keys.Key;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checked settings of {@code etc/carp.transport.udp.cfg}.
 *
 * @param port the port where we listen, and to which we send unless a peer has another one; 1..65535
 * @param bind the local address to listen on and to send from; null for any
 * @param peers where each advertisement is sent to
 */
record UdpSettings(int port, @Nullable InetAddress bind, List<InetSocketAddress> peers) {
    static final String FILE = "etc/carp.transport.udp.cfg";

    // Declarative Services, FileInstall and the features service add these to a configuration.
    private static final Pattern FOREIGN =
            Pattern.compile("service\\..*|component\\..*|felix\\.fileinstall\\..*|carp\\.transport"
                    + "|org\\.apache\\.karaf\\.features\\.configKey|osgi\\.ds\\..*|.*\\.target");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[\\w.-]+)?");
    private static final Pattern BARE_IPV6 = Pattern.compile("[^\\[\\]]*:[^\\[\\]]*:[^\\[\\]]*");
    private static final Pattern PEER = Pattern.compile("(?:\\[(?<ipv6>[^]]*)]|(?<ipv4>[^:]*))(?::(?<port>[^:]*))?");

    /**
     * Reads a configuration.
     *
     * @throws IllegalArgumentException naming the key, the value and what is allowed
     */
    static UdpSettings of(Map<String, ?> configuration) {
        for (var key : configuration.keySet()) {
            if (CfgFile.UDP.key(key).isEmpty() && !FOREIGN.matcher(key).matches()) {
                throw new IllegalArgumentException(
                        "unknown key " + key + ": allowed are " + String.join(", ", CfgFile.UDP.names()));
            }
        }
        int port = port(PORT, text(configuration, PORT), text(configuration, PORT));
        var local = text(configuration, BIND);
        var bind = local.isEmpty() ? null : address(BIND, local, local);
        var peers = new ArrayList<InetSocketAddress>();
        for (var part : text(configuration, PEERS).split(",")) {
            if (!part.isBlank()) {
                peers.add(peer(part.trim(), port, bind));
            }
        }
        return new UdpSettings(port, bind, List.copyOf(peers));
    }

    private static String text(Map<String, ?> configuration, Key<?> key) {
        var value = configuration.get(key.name());
        return value == null ? key.absent().value() : value.toString().trim();
    }

    private static InetSocketAddress peer(String peer, int defaultPort, @Nullable InetAddress bind) {
        // Brackets are for an address with a port. FileInstall takes a value that begins and ends with a bracket for an
        // array, and fails.
        var parts = PEER.matcher(BARE_IPV6.matcher(peer).matches() ? "[" + peer + "]" : peer);
        if (!parts.matches()) {
            throw refused(PEERS, peer, "with a port an IPv6 address goes into brackets: fd00::2, or [fd00::2]:5112");
        }
        var ipv6 = parts.group("ipv6");
        var address = address(PEERS, peer, ipv6 == null ? String.valueOf(parts.group("ipv4")) : ipv6);
        if (bind != null && bind.getClass() != address.getClass()) {
            throw refused(PEERS, peer, "the address must be of the same family as bind = " + bind.getHostAddress());
        }
        var port = parts.group("port");
        return new InetSocketAddress(address, port == null ? defaultPort : port(PEERS, peer, port));
    }

    private static int port(Key<?> key, String value, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= PORT.allowed().least() && port <= PORT.allowed().most()) {
                return port;
            }
        } catch (NumberFormatException e) {
            // refused below, like a number out of range
        }
        throw refused(key, value, "a port is " + PORT.allowed().inWords());
    }

    private static InetAddress address(Key<?> key, String value, String literal) {
        // Checked first, since a name would make Java ask the DNS, which may answer something else next time.
        if (IPV4.matcher(literal).matches() || IPV6.matcher(literal).matches()) {
            try {
                return InetAddress.getByName(literal);
            } catch (UnknownHostException e) {
                // refused below: a number over 255, or no such scope
            }
        }
        throw refused(key, value, "an address in digits is allowed, such as 10.0.0.2 or fd00::2; host names are not");
    }

    private static IllegalArgumentException refused(Key<?> key, String value, String allowed) {
        var hint = value.contains("#") ? " (a comment needs its own line)" : "";
        return new IllegalArgumentException(key + " = " + value + ": " + allowed + hint);
    }
}
