// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static io.carp.testing.contract.BinderContractTest.DOWN;
import static io.carp.testing.contract.BinderContractTest.UP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of ucarp's scripts, with real ones. */
class ScriptBinderTest {
    @TempDir
    private Path directory;

    private Path log;

    @BeforeEach
    void setUp() {
        log = directory.resolve("log");
    }

    static Path script(Path directory, String name, String body) throws IOException {
        var file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + body + "\n");
        assertTrue(file.toFile().setExecutable(true));
        return file;
    }

    @Test
    void scriptsAreCalledAsUcarpCallsThem() throws Exception {
        String body = "echo \"$0 $# $1 $2 $3 $CARP_NAME $CARP_VHID $CARP_INTERFACE\" >> '" + log + "'";
        var up = script(directory, "up", body);
        var down = script(directory, "down", body);

        var binding = open(up, down, "x y", 5000);
        binding.prepare();
        assertEquals(List.of(down + " 3 lo 192.0.2.1 x y web 7 lo", down + " 3 lo 192.0.2.2 x y web 7 lo"), logged());
        binding.bind(UP);
        assertEquals(List.of(up + " 3 lo 192.0.2.1 x y web 7 lo", up + " 3 lo 192.0.2.2 x y web 7 lo"), logged());
        binding.unbind(DOWN);
        assertEquals(List.of(down + " 3 lo 192.0.2.1 x y web 7 lo", down + " 3 lo 192.0.2.2 x y web 7 lo"), logged());

        open(up, down, null, 5000).prepare();
        assertEquals(down + " 2 lo 192.0.2.1  web 7 lo", logged().get(0));
    }

    @Test
    void theyAreToldWhatTheyAreRunFor() throws Exception {
        var script = script(directory, "script", "echo $CARP_PREVIOUS_STATE $CARP_STATE $CARP_REASON >> '" + log + "'");
        var binding = open(script, script, null, 5000);
        binding.prepare();
        assertEquals("INIT BACKUP initialization complete", logged().get(0));
        binding.bind(UP);
        assertEquals("BACKUP MASTER master timed out", logged().get(0));
        binding.unbind(DOWN);
        assertEquals("MASTER INIT hardware interface down", logged().get(0));
    }

    @Test
    void aNeutralOneRunsNothingAtTheStart() throws Exception {
        var script = script(directory, "script", "echo $2 >> '" + log + "'").toString();
        var ips = List.of(new VirtualIp(InetAddress.getByName("192.0.2.1"), 32));
        var binding = open(Addresses.of("web", "lo", 7, ips)
                .withScripts(script, script, null, 5000)
                .withNeutral(true));
        binding.prepare();
        assertFalse(Files.exists(log));
        binding.bind(UP);
        assertEquals(List.of("192.0.2.1"), logged());
    }

    @Test
    void anExitCodeChangesNothing() throws Exception {
        var up = script(directory, "up", "echo $2 >> '" + log + "'; exit 3");
        var binding = open(up, up, null, 5000);
        binding.bind(UP);
        assertEquals(List.of("192.0.2.1", "192.0.2.2"), logged());
        binding.unbind(DOWN);
        assertEquals(List.of("192.0.2.1", "192.0.2.2"), logged());
    }

    @Test
    void aScriptThatOverrunsIsKilledWithItsChildren() throws Exception {
        var up = script(directory, "up", "sleep 1000 & echo $! >> '" + log + "'; wait");
        long start = System.nanoTime();
        open(up, null, null, 3000).bind(UP);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertTrue(millis >= 6000 && millis < 60_000, millis + " ms for two scripts");
        for (var pid : logged()) {
            awaitDead(Long.parseLong(pid));
        }
    }

    @Test
    void aDaemonThatKeepsTheOutputOpenHoldsNothingUp() throws Exception {
        var up = script(directory, "up", "sleep 1000 & echo $! >> '" + log + "'");
        long start = System.nanoTime();
        open(up, null, null, 20_000).bind(UP);
        assertTrue(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) < 10);
        for (var pid : logged()) {
            var daemon = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
            assertTrue(daemon.isAlive(), "a daemon of the script may stay");
            daemon.destroyForcibly();
        }
    }

    @Test
    void muchOutputHoldsNothingUp() throws Exception {
        var up = script(directory, "up", "head -c 1000000 /dev/zero; echo done >> '" + log + "'; exit 1");
        open(up, null, null, 5000).bind(UP);
        assertEquals(List.of("done", "done"), logged());
    }

    @Test
    void anInterruptKillsTheScript() throws Exception {
        var up = script(directory, "up", "echo $$ >> '" + log + "'; exec sleep 1000");
        var binding = open(up, null, null, 100_000);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedIOException.class, () -> binding.bind(UP));
        assertTrue(Thread.interrupted());
    }

    @Test
    void whatCannotBeRunIsOneClearError() throws Exception {
        var missing = directory.resolve("missing");
        var e = assertThrows(IOException.class, open(missing, null, null, 1000)::prepare);
        assertEquals("upScript: there is no script " + missing, e.getMessage());

        var plain = Files.writeString(directory.resolve("plain"), "#!/bin/sh\n");
        e = assertThrows(IOException.class, open(null, plain, null, 1000)::prepare);
        assertEquals("downScript: the script " + plain + " is not executable: chmod +x it", e.getMessage());
    }

    @Test
    void aBindThatCannotRunItsScriptLeavesNothingBound() throws Exception {
        var down = script(directory, "down", "echo $2 >> '" + log + "'");
        var binding = open(directory.resolve("missing"), down, null, 1000);
        assertThrows(IOException.class, () -> binding.bind(UP));
        assertEquals(List.of("192.0.2.1", "192.0.2.2"), logged());
        binding.unbind(DOWN);
        assertFalse(Files.exists(log));
    }

    private static AddressBinder.Binding open(Path up, Path down, String xparam, long timeout) throws Exception {
        var ips = List.of(
                new VirtualIp(InetAddress.getByName("192.0.2.1"), 32),
                new VirtualIp(InetAddress.getByName("192.0.2.2"), 32));
        String upScript = up == null ? null : up.toString();
        String downScript = down == null ? null : down.toString();
        var addresses = Addresses.of("web", "lo", 7, ips).withScripts(upScript, downScript, xparam, timeout);
        return open(addresses);
    }

    private static AddressBinder.Binding open(Addresses addresses) {
        return new ScriptBinder().open(addresses, new AddressBinder.Listener() {
            @Override
            public void restored(String address) {}

            @Override
            public void gaveUp(String why) {}
        });
    }

    /** The lines so far; the next call tells only later ones. */
    private List<String> logged() throws IOException {
        var lines = Files.readAllLines(log);
        Files.delete(log);
        return lines;
    }

    private static void awaitDead(long pid) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
            assertTrue(System.nanoTime() - end < 0, pid + " is alive");
            Thread.onSpinWait();
        }
    }
}
