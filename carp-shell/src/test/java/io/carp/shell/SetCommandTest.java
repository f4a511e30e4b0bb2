// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.testing.FakeCarpEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetCommandTest {
    @TempDir
    Path etc;

    private final FakeCarpEngine carp = new FakeCarpEngine("web");
    private final Shell shell = new Shell(carp);
    private Path web;

    @BeforeEach
    void etcOfKaraf() throws IOException {
        System.setProperty("karaf.etc", etc.toString());
        web = etc.resolve("carp.vhost-web.cfg");
        Files.writeString(web, "# web\ninterface = eth0\nvhid = 1\n");
    }

    @AfterEach
    void close() {
        shell.close();
        System.clearProperty("karaf.etc");
    }

    @Test
    void writesTheFileInOneStepAndLeavesNothingBehind() throws Exception {
        Files.setPosixFilePermissions(web, PosixFilePermissions.fromString("rw-r-----"));
        Object before = Files.readAttributes(web, "unix:ino").get("ino");
        assertEquals(
                "written: " + web,
                shell.run("carp:set -t 0 web advskew=100 preempt=true").strip());
        assertEquals("# web\ninterface = eth0\nvhid = 1\nadvskew = 100\npreempt = true\n", Files.readString(web));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(web)));
        assertFalse(before.equals(Files.readAttributes(web, "unix:ino").get("ino")), "replaced, not overwritten");
        assertOnlyFilesAre("carp.vhost-web.cfg");
    }

    @Test
    void ownerAndGroupStay() throws Exception {
        try {
            Files.setAttribute(web, "unix:uid", 65534);
            Files.setAttribute(web, "unix:gid", 65534);
        } catch (IOException e) {
            Assumptions.abort("only root may give a file away: " + e.getMessage());
        }
        shell.run("carp:set -t 0 web vhid=9");
        assertTrue(Files.readString(web).contains("vhid = 9"));
        assertEquals(65534, Files.getAttribute(web, "unix:uid"));
        assertEquals(65534, Files.getAttribute(web, "unix:gid"));
    }

    @Test
    void aSymbolicLinkStaysOne() throws Exception {
        Path real = Files.move(web, Files.createDirectory(etc.resolve("real")).resolve("there.txt"));
        Files.createSymbolicLink(web, real);
        shell.run("carp:set -t 0 web vhid=9");
        assertTrue(Files.isSymbolicLink(web));
        assertTrue(Files.readString(real).contains("vhid = 9"));
    }

    @Test
    void unsetTakesOut() throws Exception {
        shell.run("carp:set -t 0 --unset vhid web");
        assertEquals("# web\ninterface = eth0\n", Files.readString(web));
    }

    @Test
    void anUnknownNameNeedsCreate() throws Exception {
        assertFails(
                "there is no " + etc.resolve("carp.vhost-db.cfg") + "; --create makes it; there are files for: web",
                "carp:set -t 0 db vhid=2");
        shell.run("carp:set -t 0 --create db vhid=2 \"virtualIps=10.0.0.1, 10.0.0.2\"");
        Path db = etc.resolve("carp.vhost-db.cfg");
        assertEquals("vhid = 2\nvirtualIps = 10.0.0.1, 10.0.0.2\n", Files.readString(db));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(db)));
        assertOnlyFilesAre("carp.vhost-db.cfg", "carp.vhost-web.cfg");
    }

    @Test
    void whatIsNotASettingIsRefusedAndNothingIsWritten() throws Exception {
        String before = Files.readString(web);
        assertFails("a setting is written key=value, without blanks; the equals sign is missing", "carp:set web vhid");
        assertFails("advskew= has no value; to take the key out, write --unset advskew", "carp:set web advskew=");
        assertFails("vhid is given twice", "carp:set web vhid=1 vhid=2");
        assertFails("vhid is both given a value and taken out", "carp:set --unset vhid web vhid=2");
        assertFails("options such as --unset come before the name", "carp:set web --unset vhid");
        assertFails("nothing to change: give key=value or --unset key", "carp:set web");
        assertFails("a key consists of letters, digits, dots, _ and -; not \"a b\"", "carp:set web \"a b=1\"");
        assertFails("a name consists of letters, digits, dots, _ and -; not \"../x\"", "carp:set ../x vhid=1");
        CommandException e = assertThrows(CommandException.class, () -> Edit.of(List.of("pass=a\nb"), List.of())
                .apply(new CfgText(new byte[0])));
        assertEquals("pass: a value is one line: it cannot contain a line break", e.getMessage());
        assertEquals(before, Files.readString(web));
        assertOnlyFilesAre("carp.vhost-web.cfg");
    }

    @Test
    void aPassOnTheCommandLineIsWarnedOfAndNotRepeated() throws Exception {
        String printed = shell.run("carp:set -t 0 web pass=geheim");
        assertTrue(printed.contains("passFile"), printed);
        assertFalse(printed.contains("geheim"), printed);
    }

    @Test
    void nothingToChangeIsSaid() throws Exception {
        assertEquals(
                "nothing to change: the file already says so",
                shell.run("carp:set web vhid=1").strip());
    }

    @Test
    void somebodyElsesEditIsNotOverwritten() throws Exception {
        byte[] seen = Files.readAllBytes(web);
        Files.writeString(web, "vhid = 5\n");
        CommandException e = assertThrows(
                CommandException.class, () -> new CfgDirectory(etc).replace("web", seen, new byte[] {'x'}));
        assertTrue(e.getMessage().contains("changed by somebody else"), e.getMessage());
        assertEquals("vhid = 5\n", Files.readString(web));
        assertOnlyFilesAre("carp.vhost-web.cfg");
    }

    @Test
    void createDoesNotOverwriteEither() throws Exception {
        String before = Files.readString(web);
        assertThrows(CommandException.class, () -> new CfgDirectory(etc).create("web", new byte[] {'x'}));
        assertEquals(before, Files.readString(web));
        assertOnlyFilesAre("carp.vhost-web.cfg");
    }

    @Test
    void theVerdictOfTheEngineIsTold() throws Exception {
        assertEquals("accepted; web is BACKUP (initialization complete)", verdict("advskew=9", () -> carp.host("web")
                .interval(1, 9)));
        assertEquals(
                "accepted; web is BACKUP (initialization complete)\n! promote-secondaries: set the sysctl",
                verdict("virtualIps=10.0.0.1/24,10.0.0.2", () -> carp.host("web")
                        .finding("promote-secondaries", "set the sysctl")
                        .virtualIps("10.0.0.1/24", "10.0.0.2")));
        assertEquals(
                "written; the engine has had nothing against it so far; web is BACKUP (initialization complete)",
                verdict("deadRatio=4", () -> {}));
    }

    @Test
    void aRefusalIsAFailure() throws Exception {
        CommandException e = assertThrows(
                CommandException.class,
                () -> verdict("advskew=255", () -> carp.host("web").configurationError("advskew = 255: 0..254")));
        assertEquals("written, but refused by the engine: advskew = 255: 0..254", e.getMessage());
        // The error is still there after an edit that does not cure it.
        assertThrows(CommandException.class, () -> verdict("preempt=true", () -> {}));
        assertEquals("accepted; web is BACKUP (initialization complete)", verdict("advskew=254", () -> carp.host("web")
                .configurationError(null)
                .interval(1, 254)));
    }

    @Test
    void aHostThatDoesNotAppearIsSaid() throws Exception {
        EditVerdict verdict =
                new EditVerdict(new EngineAccess(carp), "db", Edit.of(List.of("vhid=2"), List.of()), null);
        assertTrue(verdict.await(3, () -> {}).startsWith("written; no virtual host db has appeared so far"));
        assertEquals("accepted; db is BACKUP (initialization complete)", verdict.await(3, () -> carp.host("db")));
    }

    /** The verdict if the engine reacts during the second pause. No time passes. */
    private String verdict(String assignment, Runnable reaction) throws Exception {
        int[] pauses = {0};
        Edit edit = Edit.of(List.of(assignment), List.of());
        return new EditVerdict(
                        new EngineAccess(carp), "web", edit, carp.host("web").view())
                .await(60, () -> {
                    if (++pauses[0] == 2) {
                        reaction.run();
                    }
                })
                .replace(System.lineSeparator(), "\n");
    }

    private void assertFails(String sentence, String line) {
        CommandException e = assertThrows(CommandException.class, () -> shell.run(line));
        assertEquals(sentence, e.getMessage());
    }

    private void assertOnlyFilesAre(String... names) throws IOException {
        try (Stream<Path> files = Files.list(etc)) {
            assertEquals(
                    List.of(names),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }
}
