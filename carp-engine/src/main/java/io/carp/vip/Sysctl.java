// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The kernel's settings for one interface, in the network namespace of the calling thread. */
final class Sysctl {
    private Sysctl() {}

    /**
     * Whether a switch is on.
     *
     * @param family {@code ipv4} or {@code ipv6}
     * @param networkInterface an interface, or {@code all}
     */
    static boolean isOn(String family, String networkInterface, String name) {
        var file = Path.of("/proc/sys/net", family, "conf", networkInterface, name);
        try {
            return !Files.readString(file).strip().equals("0");
        } catch (IOException e) {
            // No such interface, or no such protocol in this kernel.
            return false;
        }
    }
}
