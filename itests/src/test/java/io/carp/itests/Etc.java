// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The directory of configuration files of the container that a test runs in, edited as a person edits it. */
final class Etc {
    private static final Path DIRECTORY = Path.of(System.getProperty("karaf.etc"));

    private Etc() {}

    /** Sends advertisements to a loopback port where nothing listens, so that such a host soon is MASTER. */
    static void loopbackTransport() throws IOException {
        write("carp.transport.udp.cfg", "bind = 127.0.0.1", "port = 51177", "peers = 127.0.0.1:51178");
    }

    /** The lines of a virtual host that needs no privileges; those given here come last. */
    static String[] host(int vhid, String... more) {
        String[] lines = new String[5 + more.length];
        lines[0] = "interface = lo";
        lines[1] = "vhid = " + vhid;
        lines[2] = "pass = itests";
        lines[3] = "transport.target = (carp.transport=udp)";
        lines[4] = "binder.target = (carp.binder=none)";
        System.arraycopy(more, 0, lines, 5, more.length);
        return lines;
    }

    static void write(String file, String... lines) throws IOException {
        Path draft = Files.write(DIRECTORY.resolve(file + ".draft"), List.of(lines));
        Files.move(draft, DIRECTORY.resolve(file), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static void link(String file, Path target) throws IOException {
        Files.createSymbolicLink(DIRECTORY.resolve(file), target);
    }

    static boolean exists(String file) {
        return Files.exists(DIRECTORY.resolve(file));
    }

    static void delete(String file) throws IOException {
        Files.deleteIfExists(DIRECTORY.resolve(file));
    }
}
