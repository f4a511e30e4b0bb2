// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.KeySearch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a secret is in all that can be reached from the running engine, and when it is gone from there. */
class SecretsInMemoryTest {
    private static final String FIRST = "first-4711";
    private static final String SECOND = "second-4711";

    @TempDir
    private Path directory;

    private Container container;

    @BeforeEach
    void start() throws Exception {
        container = new Container(directory.resolve("bundles"));
    }

    @AfterEach
    void stop() throws Exception {
        container.close();
    }

    private Path passFile(String pass) throws Exception {
        return Files.writeString(Files.createTempFile(directory, "web", ".pass"), pass + "\n");
    }

    private static Set<Object> digests(Object root) {
        return KeySearch.reachable(root).stream()
                .filter(AdvertisementDigest.class::isInstance)
                .collect(Collectors.toSet());
    }

    @Test
    void itIsInNoToStringOfOurs() throws Exception {
        container.engine.configure(Map.of("pass", SECOND));
        var host = container.activate(Container.cfg("web", 7, "pass", FIRST));
        var inheriting = Container.cfg("mail", 8);
        inheriting.remove("pass");
        container.activate(inheriting);
        container.await("web MASTER");
        Set<Object> all = KeySearch.reachable(List.of(container, container.engine, host));
        assertTrue(all.contains(FIRST) && all.contains(SECOND), "they are there, as configurations are strings");
        int read = 0;
        for (Object object : all) {
            if (KeySearch.isOurs(object)) {
                String text = object.toString();
                read++;
                assertFalse(
                        text.contains(FIRST) || text.contains(SECOND),
                        () -> object.getClass() + " shows a secret: " + text);
            }
        }
        assertTrue(read > 50, read + " have been read");
    }

    @Test
    void itIsGoneWhenItsWindowIsOverAndWhenItsVirtualHostEnds() throws Exception {
        Path first = passFile(FIRST);
        Path second = passFile(SECOND);
        var cfg = Container.cfg("web", 7, "passFile", first.toString(), "digestOverlap", "0");
        cfg.remove("pass");
        var host = container.activate(cfg);
        container.await("web MASTER");
        Set<Object> digests = digests(host);
        assertEquals(1, digests.size(), "nobody has another copy");
        assertTrue(KeySearch.holds(digests, FIRST));

        cfg.put("passFile", second.toString());
        host.modified(cfg);
        await("the first is wiped", () -> !KeySearch.holds(List.of(host, digests), FIRST));
        await("the second has come", () -> KeySearch.holds(host, SECOND));

        digests.addAll(digests(host));
        cfg.put("advskew", "21"); // The secret stays the same.
        host.modified(cfg);
        digests.addAll(digests(host));
        await("it is edited", () -> container.view("web").advskew() == 21);
        assertEquals(1, digests(host).size());

        digests.addAll(digests(host));
        cfg.put("broadcast", "true"); // This transport cannot do that.
        host.modified(cfg);
        assertEquals(1, digests(host).size(), "what is refused leaves nothing");

        host.deactivate();
        await(
                "they are wiped",
                () -> !KeySearch.holds(List.of(host, digests), FIRST)
                        && !KeySearch.holds(List.of(host, digests), SECOND));
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - end < 0, "not within a minute: " + what);
            Thread.sleep(10);
        }
    }
}
