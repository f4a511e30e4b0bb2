// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.protocol.SealMarks.Kept;
import java.util.HashMap;
import java.util.Map;

/** A memory without a file. */
final class RememberedSeals implements SealMemory {
    final Map<String, Kept> kept = new HashMap<>();
    int times;

    @Override
    public Kept of(String subsystem) {
        return kept.getOrDefault(subsystem, Kept.NOTHING);
    }

    @Override
    public void keep(String subsystem, Kept now) {
        kept.put(subsystem, now);
        times++;
    }
}
