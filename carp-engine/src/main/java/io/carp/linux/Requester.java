// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who asked the kernel for a change, as far as the kernel's notice of it tells. */
public final class Requester {
    /** libnl numbers its sockets in the bits above; no process has a longer number. */
    private static final int PID = 0x3fffff;

    private Requester() {}

    /**
     * Reads a small file of {@code /proc}: not on a thread that must not wait.
     *
     * @param portId of the netlink socket by which it was asked for: by default the process that opened it; 0 for the
     *     kernel itself and for changes of which the kernel does not say who wanted them; negative for sockets whose
     *     number says nothing
     * @return {@code process 4711 (ip)}; empty if that is not known
     */
    public static String inWords(int portId) {
        int pid = portId & PID;
        if (portId <= 0 || pid == 0) {
            return "";
        }
        try {
            var name = Files.readString(Path.of("/proc", String.valueOf(pid), "comm"), StandardCharsets.ISO_8859_1);
            return "process " + pid + " (" + name.strip().replaceAll("[^\\p{Print}]", "?") + ")";
        } catch (IOException e) {
            return "process " + pid + ", which has ended";
        }
    }
}
