// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.engine.Container.cfg;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.engine.PriorityHost.Scheduled;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel says of the threads of an engine that may do as it is told. */
@Timeout(60)
class LoopPriorityTest {
    @TempDir
    Path storage;

    private Container container;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "real-time priority needs root");
        container = new Container(storage.resolve("framework"));
    }

    @AfterEach
    void stop() throws Exception {
        if (container != null) {
            container.close();
        }
    }

    private <T> T onLoop(Callable<T> question) throws Exception {
        var answer = new CompletableFuture<T>();
        container.execute(() -> {
            try {
                answer.complete(question.call());
            } catch (Exception e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.get(20, TimeUnit.SECONDS);
    }

    private String edited(Map<String, Object> file) throws Exception {
        container.engine.configure(file);
        return onLoop(Scheduled::here).toString();
    }

    @Test
    void anEditCountsAtOnce() throws Exception {
        assertEquals("RR 1", onLoop(Scheduled::here).toString(), "by default");
        assertEquals("OTHER 0", edited(Map.of("realtimePriority", "0")));
        assertEquals("RR 7", edited(Map.of("realtimePriority", "7")));
        assertEquals("RR 7", edited(Map.of("realtimePriority", "50")), "not allowed, so it stays");
        assertEquals("RR 1", edited(Map.of("demotion", "1")));
    }

    @Test
    void nobodyElseHasIt() throws Exception {
        Path told = storage.resolve("told");
        Path script = Files.writeString(
                storage.resolve("up"), "#!/bin/sh\ncat /proc/$$/stat >" + told + ".new\nmv " + told + ".new " + told);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        var binding = new CompletableFuture<Scheduled>();
        container.onBind = () -> binding.complete(Scheduled.here());
        container.activate(cfg("web", 7, "upScript", script.toString()));
        assertEquals("OTHER 0", binding.get(40, TimeUnit.SECONDS).toString());
        Await.until("the script has run", () -> Files.exists(told));
        assertEquals("OTHER 0", Scheduled.of(Files.readString(told)).toString());
        String loop = onLoop(Scheduled::here).name();
        List<String> others = Scheduled.all(ProcessHandle.current().pid()).stream()
                .filter(thread -> thread.policy() != 0)
                .map(Scheduled::name)
                .filter(name -> !name.equals(loop))
                .toList();
        assertEquals(List.of(), others);
    }

    @Test
    void aPriorityOfTheWholeProcessStaysUnlessAnotherOneIsWritten() throws Exception {
        assertEquals("OTHER 0", edited(Map.of("realtimePriority", "0")));
        long thread = onLoop(() -> Long.parseLong(Files.readSymbolicLink(Path.of("/proc/thread-self"))
                .getFileName()
                .toString()));
        var chrt = new ProcessBuilder("chrt", "--fifo", "--pid", "9", String.valueOf(thread)).inheritIO();
        assertEquals(0, chrt.start().waitFor());
        assertEquals("policy 1 9", edited(Map.of()));
        assertEquals("policy 1 9", edited(Map.of("realtimePriority", "0")));
        assertEquals("RR 3", edited(Map.of("realtimePriority", "3")));
    }
}
