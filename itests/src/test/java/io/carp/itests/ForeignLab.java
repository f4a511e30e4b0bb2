// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.rules.ExternalResource;
import org.osgi.framework.BundleActivator;

/**
 * A link for one test, with a client and other people's containers on it. Everything that is made here ends with the
 * test. Needs root; without, the test says that it is skipped.
 */
final class ForeignLab extends ExternalResource {
    static final Duration PATIENCE = Duration.ofSeconds(120);

    /** The address of the virtual host of {@link Foreign#web}. */
    static final String VIP = "10.77.0.100";

    private final List<ForeignKaraf> karafs = new ArrayList<>();
    private Lab lab;
    private String client;
    private @Nullable Path tmp;

    @Override
    protected void before() throws Exception {
        lab = Lab.create();
        client = lab.host("client", "10.77.0.3");
    }

    @Override
    protected void after() {
        try {
            for (ForeignKaraf karaf : karafs) {
                karaf.kill();
            }
            if (lab != null) {
                lab.remove();
            }
            if (tmp != null) {
                Lab.run("rm", "-rf", tmp.toString());
            }
        } catch (Exception e) {
            throw new AssertionError("something of the test was not removed", e);
        }
    }

    /** The namespace of a host that is only a client. */
    String client() {
        return client;
    }

    /** An unpacked container without the internet on a host of its own, with our bundles in its repository. */
    ForeignKaraf karaf(Row row, String name) throws Exception {
        ForeignKaraf karaf = bare(row, name);
        ReadMe.giveRepository(karaf);
        return karaf;
    }

    /** The same where every user may go. */
    ForeignKaraf inTmp(Row row, String name) throws Exception {
        tmp = Files.createTempDirectory("carp-itests");
        Files.setPosixFilePermissions(tmp, PosixFilePermissions.fromString("rwxr-xr-x"));
        ForeignKaraf karaf = bare(row, name, tmp.resolve(name));
        ReadMe.giveRepository(karaf);
        return karaf;
    }

    /** The same without our bundles. */
    ForeignKaraf bare(Row row, String name) throws Exception {
        return bare(row, name, Path.of("target/containers", name).toAbsolutePath());
    }

    private ForeignKaraf bare(Row row, String name, Path home) throws Exception {
        String address = "10.77.0." + (karafs.size() + 10);
        return owned(new ForeignKaraf(row.archive(), row.version(), home, lab.host(name, address)));
    }

    ForeignKaraf owned(ForeignKaraf karaf) {
        karafs.add(karaf);
        return karaf;
    }

    /** Switches a host off: its container is killed, and its address is free. */
    void remove(ForeignKaraf karaf) throws Exception {
        karaf.kill();
        lab.remove(karaf.namespace);
    }

    /** A booted container with the virtual host, and in its repository a user's bundle and netty-beside.xml. */
    ForeignKaraf beside(Row row, String name, Class<? extends BundleActivator> user, String artifact, String... imports)
            throws Exception {
        ForeignKaraf karaf = karaf(row, name);
        karaf.online();
        Path bundle = Files.createDirectories(karaf.home.resolve("system/test/" + artifact + "/1"));
        UserBundle.write(user, bundle.resolve(artifact + "-1.jar"), imports);
        Files.copy(
                Path.of("src/test/features/netty-beside.xml"),
                karaf.home.resolve("netty-beside.xml"),
                StandardCopyOption.REPLACE_EXISTING);
        karaf.write("etc/carp.vhost-web.cfg", Foreign.web(0));
        boot(karaf);
        return karaf;
    }

    /** The command that adds the features of netty-beside.xml. */
    static String addNettyBeside(ForeignKaraf karaf) {
        return "feature:repo-add " + karaf.home.resolve("netty-beside.xml").toUri();
    }

    /** Boots it and waits for its shell. */
    static void boot(ForeignKaraf karaf) throws Exception {
        karaf.boot();
        awaitShell(karaf);
    }

    static void awaitShell(ForeignKaraf karaf) throws Exception {
        karaf.shellUntil("the shell is there", "feature:repo-list", "shell:echo the shell is there");
    }

    /** Types the commands. None of them may fail, and the session may not end early. */
    static void typed(ForeignKaraf karaf, String... commands) throws Exception {
        List<String> all = new ArrayList<>(List.of(commands));
        all.add("shell:echo the session goes on");
        String said = karaf.shell(all.toArray(String[]::new));
        assertTrue("the session ended with: " + said, said.contains("the session goes on"));
    }

    /**
     * Waits until an application gives this answer on the virtual address or, before there is one, on the container's
     * own.
     */
    void answers(ForeignKaraf karaf, int port, String asked, String answer) throws Exception {
        String address = karaf.holds(VIP) ? VIP : "10.77.0.10";
        String ask = "exec 3<>/dev/tcp/" + address + "/" + port + "; echo " + asked + " >&3; head -n 1 <&3";
        String[] command = Lab.inside(client, "sh", "-c", "timeout 10 bash -c '" + ask + "' 2>&1 || true")
                .toArray(String[]::new);
        Lab.await("the application answers", PATIENCE, () -> Lab.run(command).contains(answer));
    }

    /**
     * Checks that nothing was done to bundles that are not ours; only bundles that this Karaf itself lacked may have
     * come.
     */
    static void untouched(ForeignKaraf karaf, int mark) throws Exception {
        Set<String> own = karaf.own("scr", "eventadmin");
        assertEquals("the framework saw: ", Set.of(), karaf.witnessed.touchedSince(mark, own));
    }

    /** Waits until the virtual host is MASTER, and the shell says so. */
    static void leads(ForeignKaraf karaf) throws Exception {
        Lab.await("MASTER with the address", PATIENCE, () -> karaf.holds(VIP));
        karaf.shellUntil("MASTER", "carp:status");
    }
}
