// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everybody heard with a valid advertisement since the start. */
final class Neighbours {
    /** More nodes than this never share a virtual host; a limit on everything. */
    private static final int MOST = 64;

    private final Map<InetAddress, Neighbour> byAddress = new LinkedHashMap<>();

    /** Notes what was heard; null if there is no room for one more. */
    @Nullable
    Neighbour heard(InetAddress source, Advertisement advertisement, long now) {
        Neighbour neighbour = byAddress.get(source);
        if (neighbour == null) {
            if (byAddress.size() == MOST) {
                return null;
            }
            neighbour = new Neighbour(source);
            byAddress.put(source, neighbour);
        }
        neighbour.heard(advertisement, now);
        return neighbour;
    }

    Collection<Neighbour> all() {
        return Collections.unmodifiableCollection(byAddress.values());
    }
}
