// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that has never been MASTER, in a process without a free file descriptor. */
class NoDescriptorLinkTest {
    private static final String VIP = "10.9.0.100";
    private static final String VIP6 = "fd09::100";
    private static final String BOTH = "virtualIps=" + VIP + "," + VIP6 + " ";

    private Lan lan;

    @BeforeEach
    void setUp() {
        lan = new Lan("carp-nofd", 2);
    }

    @AfterEach
    void tearDown() {
        if (lan != null) {
            lan.close();
        }
    }

    @Test
    void takesOver(@TempDir Path directory) throws Exception {
        assertTakesOver(directory, "");
    }

    @Test
    void takesOverWithAVirtualMac(@TempDir Path directory) throws Exception {
        for (int n = 1; n <= 2; n++) {
            lan.host(n).call(() -> {
                var conf = Path.of("/proc/sys/net/ipv4/conf/eth0");
                Files.writeString(conf.resolve("arp_ignore"), "1");
                return Files.writeString(conf.resolve("arp_announce"), "2");
            });
        }
        assertTakesOver(directory, "virtualMac=true ");
    }

    private void assertTakesOver(Path directory, String settings) throws Exception {
        var master = new EngineNode(lan.host(1)).web(BOTH + settings + "advskew=0");
        master.await("serving web");
        var backup = new EngineNode(lan.host(2), "-XX:TieredStopAtLevel=1", "-cp", jar(directory))
                .web(BOTH + settings + "advskew=100");
        backup.awaitState("BACKUP");
        int left = lowestFree(backup);
        lan.wire().run("prlimit", "--pid", "" + backup.pid(), "--nofile=" + left + ":" + left);
        master.signal("KILL");
        backup.await("serving web");
        assertTrue(backup.has(VIP) && backup.has(VIP6));
    }

    private static int lowestFree(EngineNode node) throws IOException {
        Set<String> open = new HashSet<>();
        try (var all = Files.list(Path.of("/proc", "" + node.pid(), "fd"))) {
            all.forEach(each -> open.add(each.getFileName().toString()));
        }
        int number = 0;
        while (open.contains("" + number)) {
            number++;
        }
        return number;
    }

    /**
     * Packs the classes into a jar, as in a container. It stays open, while each file of a directory needs a
     * descriptor.
     */
    private static String jar(Path directory) throws IOException {
        List<Path> classes = new ArrayList<>();
        List<String> path = new ArrayList<>();
        for (var each : EngineNode.classPath().split(File.pathSeparator)) {
            if (Files.isDirectory(Path.of(each))) {
                classes.add(Path.of(each));
            } else {
                path.add(each);
            }
        }
        var jar = directory.resolve("classes.jar");
        Set<String> there = new HashSet<>();
        try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (var root : classes) {
                try (var files = Files.walk(root)) {
                    for (var file : files.filter(Files::isRegularFile).toList()) {
                        var name = root.relativize(file).toString();
                        if (there.add(name)) {
                            out.putNextEntry(new JarEntry(name));
                            Files.copy(file, out);
                        }
                    }
                }
            }
        }
        path.add(0, jar.toString());
        return path.stream().collect(Collectors.joining(File.pathSeparator));
    }
}
