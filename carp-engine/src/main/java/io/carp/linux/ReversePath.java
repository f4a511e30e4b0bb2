// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which senders of IPv4 the kernel lets through on an interface, for it may drop what comes from where it would not
 * send to. Only the main table of routes is known: with rules that name others, or in a VRF, this says nothing.
 *
 * @param filter {@code rp_filter}: 1 drops what would not be answered through the same interface, 2 what would not be
 *     answered at all, 0 nothing
 * @param routes all of the main table
 */
public record ReversePath(int filter, List<Route> routes) {
    /** A machine with more is a router, and its table no business of ours. */
    private static final int MOST_ROUTES = 4096;

    private static final int STRICT = 1;
    private static final int LOOSE = 2;
    /** RTF_REJECT: no way, on purpose. */
    private static final int REJECT = 0x200;

    /**
     * One route.
     *
     * @param destination of the bits of the mask, the others are 0
     */
    public record Route(String networkInterface, int destination, int mask) {
        boolean leadsTo(int address) {
            return (address & mask) == destination;
        }
    }

    /**
     * Looks in the network namespace of the calling thread. Reads files of {@code /proc}: not on a thread that must not
     * wait. Where they cannot be read it is as if nothing was dropped.
     */
    public static ReversePath look(String networkInterface) {
        try {
            int filter = Math.max(filterOf("all"), filterOf(networkInterface));
            return new ReversePath(filter, filter == 0 ? List.of() : mainTable());
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return new ReversePath(0, List.of());
        }
    }

    private static int filterOf(String networkInterface) throws IOException {
        return Sysctl.read("ipv4", networkInterface, "rp_filter");
    }

    private static List<Route> mainTable() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/thread-self/net/route"), StandardCharsets.US_ASCII)) {
            var rows = lines.skip(1).limit(MOST_ROUTES + 1).toList();
            if (rows.size() > MOST_ROUTES) {
                throw new IOException("a router");
            }
            return rows.stream()
                    .map(row -> row.split("\\s+"))
                    .filter(words -> (Integer.parseInt(words[3], 16) & REJECT) == 0)
                    .map(words -> new Route(words[0], number(words[1]), number(words[7])))
                    .toList();
        }
    }

    /** The kernel prints the four bytes as a number of this machine. */
    private static int number(String hexadecimal) {
        int read = Integer.parseUnsignedInt(hexadecimal, 16);
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(read) : read;
    }

    /** Whether it drops whatever any other machine sends: there is no route that could make an exception. */
    public boolean dropsAll(String networkInterface) {
        return switch (filter) {
            case STRICT ->
                routes.stream().noneMatch(route -> route.networkInterface().equals(networkInterface));
            case LOOSE -> routes.isEmpty();
            default -> false;
        };
    }

    /** Whether it drops what this one sends; never for IPv6, which has no such filter. */
    public boolean drops(String networkInterface, InetAddress sender) {
        if (!(sender instanceof Inet4Address)) {
            return false;
        }
        int address = ByteBuffer.wrap(sender.getAddress()).getInt();
        Optional<Route> back = routes.stream()
                .filter(route -> route.leadsTo(address))
                .max(Comparator.comparingInt(route -> Integer.bitCount(route.mask())));
        return switch (filter) {
            case STRICT -> !back.map(Route::networkInterface).equals(Optional.of(networkInterface));
            case LOOSE -> back.isEmpty();
            default -> false;
        };
    }
}
