// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpEngine;
import io.carp.Finding;
import io.carp.testing.FakeCarpEngine;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.felix.utils.json.JSONParser;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code carp:set} refuses to write, and what it leaves behind when it cannot write. */
class JudgedFirstTest {
    private static final String TEXT = "interface = eth0\nvhid = 1\n";

    @TempDir
    Path etc;

    private final FakeCarpEngine carp = new FakeCarpEngine("web");
    private final List<String> judged = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private String refusal = "";
    private final Shell shell = new Shell((CarpEngine) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {CarpEngine.class}, (proxy, method, arguments) -> {
                switch (method.getName()) {
                    case "refusal":
                        judged.add(arguments[0] + " " + arguments[1] + " " + arguments[2]);
                        return Optional.of(refusal).filter(text -> !text.isEmpty());
                    case "findings":
                        return findings;
                    default:
                        try {
                            return method.invoke(carp, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                }
            }));
    private Path web;

    @BeforeEach
    void etcOfKaraf() throws IOException {
        System.setProperty("karaf.etc", etc.toString());
        web = Files.writeString(etc.resolve("carp.vhost-web.cfg"), TEXT);
    }

    @AfterEach
    void close() {
        shell.close();
        System.clearProperty("karaf.etc");
    }

    private String fails(String line) {
        return String.valueOf(
                assertThrows(CommandException.class, () -> shell.run(line)).getMessage());
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void whatTheEngineWouldRefuseIsNotWritten() throws Exception {
        refusal = "unknown key advskw: did you mean advskew? Allowed are advbase, advskew";
        assertEquals("nothing is written, for the engine would refuse it: " + refusal, fails("carp:set web advskw=5"));
        assertEquals(TEXT, Files.readString(web));
        assertTrue(fails("carp:set --create db vhid=2").startsWith("nothing is written"));
        assertTrue(fails("carp:set --unset vhid web advskew=5").startsWith("nothing is written"));
        assertEquals(List.of("web {advskw=5} []", "db {vhid=2} []", "web {advskew=5} [vhid]"), judged);
        assertEquals(List.of("carp.vhost-web.cfg"), names(etc));
        refusal = "";
        shell.run("carp:set -t 0 web advskew=5");
        assertEquals(TEXT + "advskew = 5\n", Files.readString(web));
    }

    @Test
    void aFileThatTheEngineHasNotReadYetIsNotJudgedByTheEditAlone() throws Exception {
        refusal = "interface is missing";
        Path fresh = Files.writeString(etc.resolve("carp.vhost-db.cfg"), TEXT);
        shell.run("carp:set -t 0 db advskew=5");
        assertEquals(TEXT + "advskew = 5\n", Files.readString(fresh));
        assertEquals(List.of(), judged);
    }

    @Test
    void whatIsNotThereCannotBeTakenOut() throws Exception {
        assertEquals(
                "--unset nonsense: there is no such key in the file; there are: interface, vhid",
                fails("carp:set --unset nonsense web advskew=5"));
        assertEquals(TEXT, Files.readString(web));
    }

    @Test
    void theSameOnceMoreWaitsForARefusedHostToBeTriedAgain() throws Exception {
        carp.host("web").configurationError("passFile = etc/web.pass: allowed is a readable file");
        Thread engine = new Thread(() -> {
            try {
                shell.awaitPrinted("waiting for the engine");
                carp.host("web").configurationError(null);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        engine.start();
        String printed = shell.run("carp:set web vhid=1");
        engine.join();
        assertTrue(printed.contains("web is refused: waiting for the engine"), printed);
        assertTrue(printed.contains("accepted; web is BACKUP"), printed);
        carp.host("web").configurationError("passFile = etc/web.pass: allowed is a readable file");
        assertTrue(fails("carp:set web vhid=1").contains("refused by the engine: passFile"), "and is a failure");
    }

    @Test
    void aTypedFileIsSaid() throws Exception {
        Files.writeString(etc.resolve("carp.vhost-db.config"), "vhid = \"2\"\n");
        String sentence = fails("carp:set db vhid=3");
        assertTrue(sentence.contains("carp.vhost-db.config is the file of db"), sentence);
        assertTrue(sentence.contains("rename it to carp.vhost-db.cfg"), sentence);
        assertTrue(fails("carp:set --create db vhid=3").contains("carp.vhost-db.config is the file of db"));
        assertEquals(List.of("carp.vhost-db.config", "carp.vhost-web.cfg"), names(etc));
    }

    @Test
    void aFullDiskLeavesNothingBehindAndTheFileIsNamed() throws Exception {
        Path disk = Files.createDirectory(etc.resolve("disk"));
        if (run("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", disk.toString()) != 0) {
            Assumptions.abort("only root may mount a small disk");
        }
        try {
            Path file = Files.writeString(disk.resolve("carp.vhost-web.cfg"), TEXT);
            CfgDirectory directory = new CfgDirectory(disk);
            String replaced = assertThrows(
                            IOException.class, () -> directory.replace("web", TEXT.getBytes(UTF_8), new byte[] {'x'}))
                    .getMessage();
            assertEquals(file + " could not be written, and is as before: No space left on device", replaced);
            String created = assertThrows(IOException.class, () -> directory.create("db", new byte[] {'x'}))
                    .getMessage();
            assertTrue(created.startsWith(disk.resolve("carp.vhost-db.cfg") + " could not be written"), created);
            assertEquals(TEXT, Files.readString(file));
            assertEquals(List.of("carp.vhost-web.cfg"), names(disk));
        } finally {
            assertEquals(0, run("umount", disk.toString()));
        }
    }

    @Test
    void aFileSystemWithoutLinksWillDo() throws Exception {
        URI zip = URI.create("jar:" + etc.resolve("etc.zip").toUri());
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Path root = files.getPath("/");
            CfgDirectory directory = new CfgDirectory(root);
            directory.create("web", TEXT.getBytes(UTF_8));
            assertEquals(TEXT, Files.readString(directory.file("web")));
            assertThrows(CommandException.class, () -> directory.create("web", new byte[] {'x'}));
            assertEquals(TEXT, Files.readString(directory.file("web")));
            assertEquals(List.of("carp.vhost-web.cfg"), names(root));
        }
    }

    @Test
    void ofTwoEditsAtOnceOneIsTold() throws Exception {
        for (int round = 0; round < 20; round++) {
            byte[] before = Files.readAllBytes(web);
            List<Thread> editors = new ArrayList<>();
            List<String> refused = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 4; i++) {
                byte[] after = ("# " + round + " " + i + "\n" + TEXT).getBytes(UTF_8);
                editors.add(new Thread(() -> {
                    try {
                        new CfgDirectory(etc).replace("web", before, after);
                    } catch (IOException | CommandException e) {
                        refused.add(String.valueOf(e.getMessage()));
                    }
                }));
            }
            editors.forEach(Thread::start);
            for (Thread editor : editors) {
                editor.join();
            }
            assertEquals(3, refused.size(), refused.toString());
        }
    }

    @Test
    void statusShowsWhatIsWrongWithNoVirtualHost() throws Exception {
        findings.add(new OfTheNode("etc/carp.engine.cfg: demotion = 500: allowed is a whole number -240..240"));
        String status = shell.run("carp:status");
        assertTrue(status.contains("! configuration: etc/carp.engine.cfg: demotion = 500"), status);
        Map<?, ?> node = (Map<?, ?>) new JSONParser(shell.run("carp:status --json")).getParsed();
        Map<?, ?> finding = (Map<?, ?>) ((List<?>) node.get("findings")).get(0);
        assertEquals("configuration", finding.get("code"));
        assertEquals(findings.get(0).text(), finding.get("text"));
        assertEquals("1970-01-01T00:00:00Z", finding.get("since"));
    }

    private record OfTheNode(String text) implements Finding {
        @Override
        public String code() {
            return "configuration";
        }

        @Override
        public Instant since() {
            return Instant.EPOCH;
        }
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        return process.exitValue();
    }
}
