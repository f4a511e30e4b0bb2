// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.linux.NativeCode;
import io.carp.linux.Ring;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The one ring for all that is relayed, opened by the loop when it is first needed. Loop thread only. */
final class RelayRing {
    private @Nullable Ring ring;
    private boolean closed;

    /** Why there is none, for a person; empty if there is one. Tries each time, for what forbids it can be lifted. */
    String refusal() {
        if (ring != null) {
            return "";
        }
        if (closed) {
            return "the transport has ended";
        }
        try {
            ring = Ring.open();
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        } catch (UnsupportedOperationException | LinkageError e) {
            return NativeCode.refusal(e);
        }
    }

    @Nullable
    Ring open() {
        return refusal().isEmpty() ? ring : null;
    }

    void close() {
        closed = true;
        if (ring != null) {
            ring.close();
            ring = null;
        }
    }
}
