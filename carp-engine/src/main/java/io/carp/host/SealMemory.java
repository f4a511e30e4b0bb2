// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.protocol.SealMarks.Kept;

/** Remembers over restarts how far sealed advertisements have come. The loop calls, so nothing here may block. */
public interface SealMemory {
    /** For a node that remembers nothing. */
    SealMemory NONE = new SealMemory() {
        @Override
        public Kept of(String subsystem) {
            return Kept.NOTHING;
        }

        @Override
        public void keep(String subsystem, Kept kept) {}
    };

    /** What is remembered of the virtual host {@code 7@eth0}. */
    Kept of(String subsystem);

    /** Takes what is to be remembered of it from now on. */
    void keep(String subsystem, Kept kept);
}
