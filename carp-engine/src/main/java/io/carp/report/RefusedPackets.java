// SPDX-License-Identifier: Apache-2.0
package io.carp.report;

import io.carp.protocol.Counters.Counter;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Tells an operator of refused packets: once a minute, with one line for each reason and sender. Loop thread only. */
public final class RefusedPackets {
    public static final long PERIOD_NANOS = 60_000_000_000L;

    /** How many senders are counted, since a flood with forged senders must fill neither the memory nor the log. */
    private static final int MOST_SENDERS = 32;

    /** The counts by reason and then by sender, so that one more packet of the same kind allocates nothing. */
    private final Map<Counter, Map<InetAddress, int[]>> seen = new EnumMap<>(Counter.class);

    private int kinds;
    private int others;

    /**
     * Counts a packet. Returns whether it is the first since the last {@link #report}, so that the next one is due
     * after a period.
     */
    public boolean add(Counter reason, InetAddress sender) {
        boolean first = kinds == 0 && others == 0;
        Map<InetAddress, int[]> senders = seen.get(reason);
        int[] count = senders == null ? null : senders.get(sender);
        if (count != null) {
            count[0]++;
        } else if (kinds < MOST_SENDERS) {
            kinds++;
            seen.computeIfAbsent(reason, any -> new LinkedHashMap<>()).put(sender, new int[] {1});
        } else {
            others++;
        }
        return first;
    }

    public void report(String subsystem, Consumer<String> line) {
        seen.forEach(
                (reason, senders) -> senders.forEach((sender, count) -> line.accept("carp: " + subsystem + ": refused "
                        + count[0] + " from " + sender.getHostAddress() + " (" + reason + "): " + meaning(reason))));
        if (others > 0) {
            line.accept("carp: " + subsystem + ": refused " + others + " from still more senders");
        }
        seen.clear();
        kinds = 0;
        others = 0;
    }

    static String meaning(Counter reason) {
        return switch (reason) {
            case badauth -> "its digest is not ours; compare pass and virtualIps with that node";
            case unsealed -> "it has no seal, which is required here; seal = send on that node, if it is one of ours";
            case badseal ->
                "its seal is not ours, or it came from another address than its sender has; compare sealKey, sealKeyId"
                        + " and virtualIps with that node";
            case badttl -> "it was routed here, or made up; only nodes named in peers may be behind a router";
            case badsum, badlen -> "damaged, or not CARP; VRRP uses the same protocol number";
            case wrongPeer ->
                "it came from nobody in peers, or not to our group; compare peers, group and broadcast with"
                        + " that node";
            case badver -> "another version; VRRP uses the same protocol number";
            case looped -> "it carries our own source address; look for a network loop or a copied machine";
            case replayed ->
                "it was sent before: the network delivered it twice or late, or somebody captured it; a node that has just"
                        + " started with its clock set back is heard as soon as it has heard another";
            default -> "not for this virtual host";
        };
    }
}
