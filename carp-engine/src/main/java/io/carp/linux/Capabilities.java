// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The two privileges that CARP needs on Linux. It does not need root. */
public enum Capabilities {
    CAP_NET_ADMIN(12, "to bind and release the virtual IPs"),
    CAP_NET_RAW(13, "to send and receive CARP packets");

    private final int bit;
    private final String purpose;

    Capabilities(int bit, String purpose) {
        this.bit = bit;
        this.purpose = purpose;
    }

    /**
     * Whether the capability is in effect for the calling thread. Reads {@code /proc}.
     *
     * @throws IOException if that cannot be read
     */
    public boolean effective() throws IOException {
        return in(Files.readString(Path.of("/proc/thread-self/status")));
    }

    boolean in(String status) throws IOException {
        return isIn(status, bit);
    }

    static boolean isIn(String status, int bit) throws IOException {
        var set = status.lines().filter(line -> line.startsWith("CapEff:")).findFirst();
        if (set.isEmpty()) {
            throw new IOException("/proc/thread-self/status has no line CapEff");
        }
        long bits =
                Long.parseUnsignedLong(set.get().substring("CapEff:".length()).trim(), 16);
        return ((bits >> bit) & 1) != 0;
    }

    /** A sentence for a person who lacks the capability: its name, what needs it, how to grant it. */
    public String missing() {
        // setcap is no way, since a java binary with file capabilities no longer finds its own libraries.
        return "the capability " + name() + " is missing, which is needed " + purpose
                + "; start Karaf as root, or grant"
                + " it in the systemd unit: AmbientCapabilities=CAP_NET_RAW CAP_NET_ADMIN (setcap on java does not work)";
    }
}
