// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The kernel's settings for one interface, in the network namespace of the calling thread. */
public final class Sysctl {
    private Sysctl() {}

    /**
     * Whether a switch is on.
     *
     * @param family {@code ipv4} or {@code ipv6}
     * @param networkInterface an interface, or {@code all}
     */
    public static boolean isOn(String family, String networkInterface, String name) {
        return value(family, networkInterface, name) != 0;
    }

    /** The value in force where the kernel takes the higher one of the interface's value and that of {@code all}. */
    public static int highest(String family, String networkInterface, String name) {
        return Math.max(value(family, "all", name), value(family, networkInterface, name));
    }

    /** The value; 0 if there is none. */
    public static int value(String family, String networkInterface, String name) {
        try {
            return read(family, networkInterface, name);
        } catch (IOException e) {
            // There is no such interface, or no such protocol in this kernel.
            return 0;
        }
    }

    static int read(String family, String networkInterface, String name) throws IOException {
        return Integer.parseInt(
                Files.readString(file(family, networkInterface, name)).strip());
    }

    /** Whether there is a value that this process cannot read now, for example because it has no free descriptor. */
    public static boolean isUnreadable(String family, String networkInterface, String name) {
        try {
            Files.readString(file(family, networkInterface, name));
            return false;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Sets a value of an interface of ours. Returns false if that is not possible but would make a difference. */
    public static boolean set(String family, String networkInterface, String name, int value) {
        var file = file(family, networkInterface, name);
        try {
            Files.writeString(file, Integer.toString(value));
            return true;
        } catch (IOException e) {
            return !Files.exists(file) || value(family, networkInterface, name) == value;
        }
    }

    /**
     * The key for a person: {@code net.ipv4.conf.bond0/61.arp_ignore}. A dot in the name of the interface becomes a
     * slash, since dots separate.
     */
    public static String key(String family, String networkInterface, String name) {
        return "net." + family + ".conf." + networkInterface.replace('.', '/') + "." + name;
    }

    private static Path file(String family, String networkInterface, String name) {
        return Path.of("/proc/sys/net", family, "conf", networkInterface, name);
    }
}
