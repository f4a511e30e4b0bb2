// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import io.carp.keys.TrackKeys;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Checks whether a network interface exists, is up and has a carrier: IFF_UP and IFF_RUNNING. */
final class InterfaceCheck implements Check {
    private final Path directory;
    private final String name;

    InterfaceCheck(Path directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    static InterfaceCheck of(String name) throws ConfigurationRefused {
        if (!name.matches("[^\\s/]{1,15}")) {
            throw ConfigurationRefused.of(TrackKeys.INTERFACE, name);
        }
        return new InterfaceCheck(Path.of("/sys/class/net"), name);
    }

    @Override
    public @Nullable String fault() throws IOException {
        if (!Files.isDirectory(directory)) { // This is no Linux.
            NetworkInterface found = NetworkInterface.getByName(name);
            return found == null ? "there is no such interface" : found.isUp() ? null : "down";
        }
        // Java itself finds no interface that has no address.
        Path state = directory.resolve(name).resolve("operstate");
        if (!Files.exists(state)) {
            return "there is no such interface";
        }
        String word = Files.readString(state).strip();
        // An interface that has no carrier to lose, such as a loopback, a tun or a dummy, is "unknown" while it is up.
        return word.equals("up") || word.equals("unknown") ? null : word;
    }
}
