// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/** What was counted since the start. Only one thread may count; any thread may read, and sees each number whole. */
public final class Counters {
    /** The names are those of the BSDs' carpstats; those below the comment are our own. */
    public enum Counter {
        ipackets,
        ipackets6,
        badif,
        badttl,
        badsum,
        badver,
        badlen,
        badauth,
        badvhid,
        opackets,
        opackets6,
        preempt,
        // Our own:
        looped,
        replayed,
        unsealed,
        badseal,
        wrongPeer,
        ties,
        bowOutsReceived,
        bowOutsSent,
        sendErrors,
        becameMaster,
        becameBackup,
        lateWakeups,
        /** Advertisements that left while this process stood still. */
        relayed,
        relayedPauses,
        /** Not a count: the longest time between two advertisements of a MASTER. */
        longestGapMillis
    }

    private static final Counter[] ALL = Counter.values();

    private final AtomicLongArray values = new AtomicLongArray(ALL.length);

    /** Counts one. */
    public void count(Counter counter) {
        int i = counter.ordinal();
        values.setOpaque(i, values.getPlain(i) + 1);
    }

    /** Raises the counter to the value, if it is lower. */
    public void atLeast(Counter counter, long value) {
        int i = counter.ordinal();
        if (values.getPlain(i) < value) {
            values.setOpaque(i, value);
        }
    }

    /** The present value. */
    public long get(Counter counter) {
        return values.getOpaque(counter.ordinal());
    }

    /** All values by name, in the order of the enum. */
    public Map<String, Long> asMap() {
        Map<String, Long> map = new LinkedHashMap<>();
        for (Counter counter : ALL) {
            map.put(counter.name(), get(counter));
        }
        return map;
    }
}
