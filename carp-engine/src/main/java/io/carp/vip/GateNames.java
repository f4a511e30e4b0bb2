// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.Claim;
import io.carp.linux.LibC;
import io.carp.linux.NftBatch;
import io.carp.linux.Nftables;
import io.carp.linux.SystemCallException;
import io.carp.spi.VirtualIp;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of the tables of this process. A name is claimed for as long as the process lives, so that a table that another
 * one has left is told from that of a living one. Guarded by {@link Gates}.
 */
final class GateNames {
    private static final Logger LOG = LoggerFactory.getLogger(GateNames.class);
    private static final String PREFIX = "carp-";
    private static final int MOST = 100;
    private static final int ROOM = 1024;

    private final Map<String, Claim> ours = new HashMap<>();

    /**
     * Takes a name that no table has, and that no process has claimed: {@code carp-eth0}, otherwise {@code carp-eth0-2}
     * and so on.
     *
     * @throws SystemCallException with EEXIST if there are too many
     */
    String take(Nftables kernel, String networkInterface) throws SystemCallException {
        // What nft cannot read again may not be in a name.
        String first = PREFIX + networkInterface.replaceAll("[^A-Za-z0-9._-]", "_");
        var names = IntStream.rangeClosed(1, MOST)
                .mapToObj(n -> n == 1 ? first : first + "-" + n)
                .iterator();
        while (names.hasNext()) {
            var name = names.next();
            if (!ours.containsKey(name) && kernel.table(name) == null) {
                var claim = new Claim(claimName(name));
                if (isOurs(claim)) {
                    ours.put(name, claim);
                    return name;
                }
                claim.close();
            }
        }
        throw new SystemCallException("find a name for a table like " + first, LibC.EEXIST);
    }

    void release(String name) {
        var claim = ours.remove(name);
        if (claim != null) {
            claim.close();
        }
    }

    private static String claimName(String table) {
        return "table/" + table;
    }

    private static boolean isOurs(Claim claim) {
        try {
            return claim.take(0) == null;
        } catch (SystemCallException e) {
            return true; // Claims are not possible here.
        }
    }

    /** Deletes every table with which a process that has ended guarded one of these addresses. */
    void deleteLeft(Nftables kernel, Guarded host) throws SystemCallException {
        var addresses = host.virtualIps().stream()
                .map(VirtualIp::address)
                .map(address -> ByteBuffer.wrap(address.getAddress()))
                .collect(Collectors.toSet());
        for (var table : kernel.tables()) {
            String name = table.name();
            if (name.startsWith(PREFIX) && !ours.containsKey(name)) {
                var guarded = kernel.keys(name, GateRules.IN4);
                guarded.addAll(kernel.keys(name, GateRules.IN6));
                guarded.retainAll(addresses);
                if (!guarded.isEmpty() && isLeft(name)) {
                    LOG.info("carp: {}: the table {} was left by a process that has ended: deleted", host.name(), name);
                    kernel.commit(new NftBatch(ROOM, name).addTable().deleteTable(), "delete the table " + name);
                }
            }
        }
    }

    private static boolean isLeft(String name) {
        try (var claim = new Claim(claimName(name))) {
            return claim.holder(0) == null;
        } catch (SystemCallException e) {
            return true;
        }
    }
}
