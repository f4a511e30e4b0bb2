// SPDX-License-Identifier: Apache-2.0
package io.carp.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scripts as real processes. The binder's tests have more of them. */
class ProcessesTest {
    private static final ScriptContext OCCASION =
            new ScriptContext("web", 7, "eth0", CarpState.MASTER, CarpState.BACKUP, Reason.MORE_FREQUENT_ADVERTISEMENT);

    @TempDir
    private Path directory;

    private final Processes processes = new Processes();

    private Path script(String body) throws IOException {
        var file = Files.writeString(directory.resolve("script"), "#!/bin/sh\n" + body + "\n");
        assertTrue(file.toFile().setExecutable(true));
        return file;
    }

    private ScriptCall call(String body, long timeoutMillis) throws IOException {
        return ScriptCall.ofState(script(body).toString(), OCCASION, timeoutMillis);
    }

    @Test
    void whatItIsCalledWith() throws Exception {
        processes.warmUp();
        var body =
                "echo \"$# $1 $2 $CARP_NAME $CARP_VHID $CARP_INTERFACE $CARP_STATE $CARP_PREVIOUS_STATE $CARP_REASON\"";
        assertEquals(
                "2 7@eth0 BACKUP web 7 eth0 BACKUP MASTER more frequent advertisement received",
                processes.run(call(body, 60_000)).output());
        var ip = new VirtualIp(InetAddress.getByName("192.0.2.1"), 24);
        var up = ScriptCall.ofAddress(
                script("echo \"$*\" $CARP_STATE $CARP_PREFIX_LENGTH").toString(), OCCASION, ip, "x", 60_000);
        assertEquals("eth0 192.0.2.1 x BACKUP 24", processes.run(up).output());
    }

    @Test
    void howItEnded() throws Exception {
        assertEquals(new ScriptResult(0, false, ""), processes.run(call("", 60_000)));
        var failed = processes.run(call("echo no disk >&2; exit 3", 60_000));
        assertFalse(failed.succeeded());
        assertEquals("exit code 3: no disk", failed.toString());
        Files.delete(directory.resolve("script"));
        var missing = new ScriptCall("web", "", List.of(directory + "/script"), Map.of(), 60_000);
        assertThrows(IOException.class, () -> processes.run(missing));
        assertThrows(IOException.class, () -> processes.check(directory + "/script"));
    }

    @Test
    void howeverMuchItPrintsTheBeginningIsKeptAndItsTimeIsUpAllTheSame() throws Exception {
        var much = processes.run(call("yes | head -c 1000000; exit 1", 60_000));
        assertEquals(1, much.exitCode());
        assertTrue(much.output().matches("(y )+y?"), much.output());
        assertTrue(processes.run(call("yes", 500)).killed());
    }

    @Test
    void aDaemonThatItLeavesBehindHoldsUpNobody() throws Exception {
        var result = processes.run(call("sleep 300 &\necho $!", 60_000));
        assertTrue(result.succeeded(), result.toString());
        var daemon = ProcessHandle.of(Long.parseLong(result.output())).orElseThrow();
        assertTrue(daemon.isAlive());
        daemon.destroyForcibly();
    }

    @Test
    void itsEnvironmentIsNotThatOfTheContainer() throws Exception {
        assertEquals("not for scripts", System.getenv("CONTAINER_SECRET"));
        assertEquals(
                "[]",
                processes.run(call("echo \"[$CONTAINER_SECRET]\"", 60_000)).output());
    }

    @Test
    void itIsKilledWithItsChildrenAndDoesNotGoOnMeanwhile() throws Exception {
        var pids = directory.resolve("pids");
        var body = "sh -c 'echo $$ >> " + pids + "; sleep 1000 & echo $! >> " + pids + "; wait'\n" //
                + "echo went on >> " + pids + "\nexec sleep 1000";
        Files.createFile(pids);
        for (int timeout = 1000; Files.readAllLines(pids).size() < 2; timeout *= 2) { // A busy machine needs longer.
            Files.writeString(pids, "");
            var result = processes.run(call(body, timeout));
            assertTrue(result.killed());
            assertFalse(result.succeeded());
        }
        for (var line : Files.readAllLines(pids)) {
            var process = ProcessHandle.of(Long.parseLong(line)); // A line that went on is no number.
            if (process.isPresent()) {
                process.get().onExit().get(30, TimeUnit.SECONDS);
            }
        }
    }
}
