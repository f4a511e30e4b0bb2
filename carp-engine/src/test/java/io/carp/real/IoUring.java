// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import io.carp.linux.Ring;
import java.io.IOException;
import org.junit.jupiter.api.Assumptions;

/** The io_uring of this machine, for tests that need one. */
final class IoUring {
    private IoUring() {}

    /** Opens a ring for the calling thread. Where there is none, this says why and aborts the test. */
    static Ring open() {
        try {
            return Ring.open();
        } catch (IOException e) {
            System.out.println("SKIPPED, because there is no io_uring: " + e.getMessage());
            return Assumptions.abort(e.getMessage());
        }
    }
}
