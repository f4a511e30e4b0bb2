// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everybody heard with a valid advertisement since the start, as far as there is room. */
final class Neighbours {
    /** More nodes than this never share a virtual host; a limit on everything. */
    private static final int MOST = 64;

    private final Map<InetAddress, Neighbour> byAddress = new LinkedHashMap<>();

    /** Notes what was heard. Whoever is new finds a place: that of the one unheard for longest, if need be. */
    Neighbour heard(InetAddress source, Advertisement advertisement, long now) {
        Neighbour neighbour = byAddress.get(source);
        if (neighbour == null) {
            if (byAddress.size() == MOST) {
                byAddress.remove(unheardForLongest(now));
            }
            neighbour = new Neighbour(source);
            byAddress.put(source, neighbour);
        }
        neighbour.heard(advertisement, now);
        return neighbour;
    }

    @Nullable
    Neighbour at(InetAddress source) {
        return byAddress.get(source);
    }

    private @Nullable InetAddress unheardForLongest(long now) {
        Neighbour longest = null;
        for (Neighbour one : byAddress.values()) {
            if (longest == null || now - one.heardAt() > now - longest.heardAt()) {
                longest = one;
            }
        }
        return longest == null ? null : longest.address();
    }

    Collection<Neighbour> all() {
        return Collections.unmodifiableCollection(byAddress.values());
    }
}
