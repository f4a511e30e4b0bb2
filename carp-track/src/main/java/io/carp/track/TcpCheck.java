// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import io.carp.keys.TrackKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a TCP port accepts a connection, which is closed at once. A name is looked up each time, on the same
 * thread.
 */
final class TcpCheck implements Check {
    private static final int MOST = 65535;
    private static final Pattern HOST_AND_PORT =
            Pattern.compile("(?:\\[(?<ipv6>[0-9a-fA-F:.]*:[^\\]\\s]*)]|(?<host>[^\\s:/\\[\\]]+)):(?<port>\\d{1,5})");
    private static final Pattern DIGITS = Pattern.compile("[\\d.]+");
    private static final Pattern IPV4 =
            Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");

    private final String host;
    private final int port;

    private TcpCheck(String host, int port) {
        this.host = host;
        this.port = port;
    }

    static TcpCheck of(String text) throws ConfigurationRefused {
        Matcher parts = HOST_AND_PORT.matcher(text);
        if (parts.matches()) {
            int port = Integer.parseInt(parts.group("port"));
            String ipv6 = parts.group("ipv6");
            String host = ipv6 == null ? parts.group("host") : ipv6;
            // Otherwise Java would look it up as a name, and wait for that.
            boolean mistyped =
                    DIGITS.matcher(host).matches() && !IPV4.matcher(host).matches();
            if (port >= 1 && port <= MOST && !mistyped) {
                return new TcpCheck(host, port);
            }
        }
        throw ConfigurationRefused.of(TrackKeys.TCP, text);
    }

    @Override
    public @Nullable String fault() throws IOException {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return "the name is not known";
        }
        // This is a channel because an interrupt ends its connect, which is not so for a plain socket.
        try (SocketChannel channel = SocketChannel.open()) {
            channel.connect(new InetSocketAddress(address, port));
            return null;
        }
    }
}
