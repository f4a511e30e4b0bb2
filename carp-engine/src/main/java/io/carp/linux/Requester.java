// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names the process that asked the kernel for a change, as far as the kernel's notice of it tells. */
public final class Requester {
    /** The bits of a process id. libnl numbers its sockets in the bits above. */
    private static final int PID = 0x3fffff;

    private Requester() {}

    /**
     * Reads a small file of {@code /proc}, so it is not for a thread that must not wait.
     *
     * @param portId the number of the netlink socket that asked for the change. By default it is the id of the process
     *     that opened the socket. It is 0 for the kernel itself and for changes of which the kernel does not name the
     *     sender, and negative for sockets whose number says nothing
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
