// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All nodes heard with a valid advertisement since the start, as far as there is room. */
final class Neighbours {
    /** More nodes than this never share a virtual host, and what grows by packets needs a limit. */
    private static final int MOST = 64;

    private final Map<InetAddress, Neighbour> byAddress = new LinkedHashMap<>();
    private final List<Neighbour> inOrder = new ArrayList<>(); // An iterator would be allocated each time.

    /**
     * Takes note of an advertisement. If there is no room for a new sender, it gets the place of the one unheard for
     * longest.
     */
    Neighbour heard(InetAddress source, Advertisement advertisement, long now) {
        Neighbour neighbour = byAddress.get(source);
        if (neighbour == null) {
            if (byAddress.size() == MOST) {
                Neighbour longest = unheardForLongest(now);
                byAddress.remove(longest.address());
                inOrder.remove(longest);
            }
            neighbour = new Neighbour(source);
            byAddress.put(source, neighbour);
            inOrder.add(neighbour);
        }
        neighbour.heard(advertisement, now);
        return neighbour;
    }

    @Nullable
    Neighbour at(InetAddress source) {
        return byAddress.get(source);
    }

    private Neighbour unheardForLongest(long now) {
        Neighbour longest = inOrder.get(0);
        for (Neighbour one : inOrder) {
            if (now - one.heardAt() > now - longest.heardAt()) {
                longest = one;
            }
        }
        return longest;
    }

    /** A node that is master, too, and does not hear us; see {@link Neighbour#isDeaf}. */
    @Nullable
    Neighbour deaf(long now) {
        for (int i = 0; i < inOrder.size(); i++) {
            if (inOrder.get(i).isDeaf(now)) {
                return inOrder.get(i);
            }
        }
        return null;
    }

    Collection<Neighbour> all() {
        return Collections.unmodifiableCollection(byAddress.values());
    }
}
