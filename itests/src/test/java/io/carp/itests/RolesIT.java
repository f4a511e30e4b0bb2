// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/** What a viewer, a manager and an administrator may do over ssh. */
public class RolesIT {
    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final String ACL = "org.apache.karaf.command.acl.carp.cfg";
    private static final String WEB = "carp.vhost-web.cfg";

    private Lab lab;
    private KarafNode node;

    @Before
    public void createLab() throws Exception {
        lab = Lab.create();
    }

    @After
    public void removeLab() throws Exception {
        if (node != null) {
            node.close();
        }
        if (lab != null) {
            lab.remove();
        }
    }

    @Test
    public void inTheDistribution() throws Exception {
        node = new KarafNode(lab, "roles", "10.77.0.1");
        assertTrue(
                "it can be read and edited before the first start",
                Files.exists(node.etc().resolve(ACL)));
        configure();
        node.start();
        awaitMaster();
        eachRoleMayWhatItIsMeantTo();
        theOtherDoorsCanBeClosed();
    }

    @Test
    public void whereTheFeatureIsInstalled() throws Exception {
        node = new KarafNode(lab, "roles", "10.77.0.1", System.getProperty("karaf.archive"));
        Containers.letItFindCarp(node.etc());
        configure();
        node.start();
        Lab.await("there is a shell", PATIENCE, () -> may("karaf", "feature:list"));
        node.client(
                "feature:repo-add mvn:io.carp/carp-features/" + System.getProperty("carp.version") + "/xml/features");

        // A viewer tries all the time, and there is no moment at which the commands are there without their roles.
        CompletableFuture<String> typed = CompletableFuture.supplyAsync(this::typeAllTheTime);
        node.client("feature:install carp");
        awaitMaster();
        Files.createFile(node.etc().resolve("enough"));
        String answers = typed.get();
        assertTrue("tried before and after: " + answers, answers.split("Command not found").length > 20);
        assertFalse(answers, answers.contains("there is no virtual host"));

        eachRoleMayWhatItIsMeantTo();
        anEditOfTheRolesCountsAndIsNeverLost();
    }

    private String typeAllTheTime() {
        try {
            return node.client(
                    "watcher",
                    "",
                    "until test -e " + node.etc().resolve("enough")
                            + "; do echo carp:stepdown nobody; sleep 0.02; done; echo logout");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void configure() throws Exception {
        node.configure("web", Map.of("interface", "eth0", "vhid", 7, "pass", "itests", "virtualIps", "10.77.0.100"));
    }

    private void awaitMaster() throws Exception {
        Lab.await("MASTER", PATIENCE, () -> node.holds("10.77.0.100"));
    }

    private void eachRoleMayWhatItIsMeantTo() throws Exception {
        Path trace = node.etc().resolveSibling("trace");
        Path script = Files.writeString(node.etc().resolveSibling("evil"), "#!/bin/sh\ntouch " + trace + "\n");
        Lab.run("chmod", "755", script.toString());
        String before = Files.readString(node.etc().resolve(WEB));

        assertTrue(may("watcher", "carp:status web"));
        for (String command : List.of(
                "carp:stepdown web",
                "carp:takeover web",
                "carp:set web upScript=" + script,
                "carp:set --create mine interface=eth0 vhid=9 pass=x virtualIps=10.77.0.109")) {
            assertFalse(command, may("watcher", command));
        }
        assertTrue(may("operator", "carp:status"));
        assertFalse(may("operator", "carp:set web upScript=" + script));
        assertEquals(before, Files.readString(node.etc().resolve(WEB)));
        assertFalse(Files.exists(node.etc().resolve("carp.vhost-mine.cfg")));

        assertTrue(may("operator", "carp:stepdown web"));
        awaitMaster(); // There is no backup.
        assertTrue(may("karaf", "carp:set web preempt=true"));
        assertTrue(may("karaf", "carp:stepdown web"));
        assertTrue(Files.readString(node.etc().resolve(WEB)).contains("preempt"));
        awaitMaster();
        assertFalse("nothing of a viewer or manager ran", Files.exists(trace));
    }

    private void anEditOfTheRolesCountsAndIsNeverLost() throws Exception {
        Path acl = node.etc().resolve(ACL);
        List<String> lines = Files.readAllLines(acl);
        lines.removeIf(line -> line.startsWith("status"));
        Files.write(acl, lines);
        // A command without a line, such as one of a later version, is for administrators.
        Lab.await("the edit counts", PATIENCE, () -> !may("watcher", "carp:status"));
        assertTrue(may("karaf", "carp:status"));
        String edited = Files.readString(acl);
        node.client("feature:uninstall carp");
        assertEquals(edited, Files.readString(acl));
        node.client("feature:install carp");
        awaitMaster();
        assertEquals(edited, Files.readString(acl));
        assertFalse(may("watcher", "carp:status"));
    }

    /**
     * Closes the doors that docs/operations.md names, since Karaf itself lets a viewer write files and call services.
     */
    private void theOtherDoorsCanBeClosed() throws Exception {
        List<String> viewer = List.of(
                "cat etc/" + WEB,
                "echo upScript=/x >> etc/" + WEB,
                "($.context getService ($.context getServiceReference io.carp.CarpEngine)) stepDown web",
                "config:list");
        String manager = "config:property-set --pid carp.vhost~web upScript /x";
        append("org.apache.karaf.command.acl.shell.cfg", ".redirect = admin", ".invoke = admin", "cat = admin");
        append(
                "org.apache.karaf.command.acl.config.cfg",
                "list = admin",
                "edit[/.*carp[.].*/] = admin",
                "property-append[/.*carp[.].*/] = admin",
                "property-delete[/.*carp[.].*/] = admin",
                "property-set[/.*carp[.].*/] = admin");
        Lab.await("the edit counts", PATIENCE, () -> !may("watcher", viewer.get(0)) && !may("watcher", "config:list"));
        for (String command : viewer) {
            assertFalse(command, may("watcher", command));
        }
        assertFalse(may("operator", manager));
        assertFalse(Files.readString(node.etc().resolve(WEB)).contains("upScript"));
        assertTrue(may("watcher", "carp:status"));
        assertTrue(may("operator", "carp:stepdown web"));
    }

    private void append(String file, String... lines) throws IOException {
        Files.write(node.etc().resolve(file), List.of(lines), StandardOpenOption.APPEND);
    }

    /** Whether the shell runs the command for this user. If not, it has to say why. */
    private boolean may(String user, String command) throws Exception {
        try {
            node.client(user, command);
            return true;
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            boolean refused = why.contains("Command not found") || why.contains("Insufficient credentials");
            if (!refused && !why.contains("Failed to get the session")) {
                throw e;
            }
            return false;
        }
    }
}
