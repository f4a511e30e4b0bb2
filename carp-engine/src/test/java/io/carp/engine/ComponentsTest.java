// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.engine.Container.cfg;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.RequestRefusedException;
import io.carp.RequestRefusedException.Refusal;
import io.carp.consumers.VirtualHostView;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.service.event.EventAdmin;

/** From the edit to the running host, and its end. */
@Timeout(60)
class ComponentsTest {
    @TempDir
    Path storage;

    private Container container;

    @BeforeEach
    void start() throws Exception {
        container = new Container(storage);
    }

    @AfterEach
    void stop() throws Exception {
        container.close();
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "vhid, abc",
                "vhid, 0",
                "nosuchkey, 1",
                "passFile, no/such/file",
                "pass, ' x'",
                "hookTimeout, ,",
                "broadcast, true",
                "peers, node2"
            },
            ignoreLeadingAndTrailingWhitespace = true)
    void firstBadThenGoodThenBad(String key, String value) throws Exception {
        Map<String, Object> bad = cfg("web", 7, key, value == null ? "x" : value);
        if (key.equals("passFile")) {
            bad.remove("pass");
        }
        VirtualHostComponent web = container.activate(bad);
        VirtualHostView view = container.view("web");
        assertEquals(CarpState.INIT, view.state());
        assertEquals(Reason.CONFIGURATION, view.reason());
        assertTrue(view.configurationError().orElseThrow().contains(key), view.toString());
        web.modified(cfg("web", 7));
        container.await("web MASTER");
        assertTrue(container.view("web").configurationError().isEmpty());
        web.modified(bad);
        view = container.view("web");
        assertEquals(CarpState.MASTER, view.state(), "the last good settings run on");
        assertTrue(view.configurationError().orElseThrow().contains(key));
        web.modified(cfg("web", 7, "advskew", "21"));
        assertEquals(21, container.view("web").advskew());
        assertTrue(container.view("web").configurationError().isEmpty());
        assertEquals(List.of("open 7", "bind 7"), container.diary);
        web.deactivate();
        assertEquals(List.of("open 7", "bind 7", "bow-out 7", "unbind 7", "close 7", "forget 7"), container.diary);
    }

    @Test
    void whateverIsThrownIsNotThrownAtDs() throws Exception {
        container.onOpen = () -> {
            throw new IllegalStateException("expected by this test");
        };
        VirtualHostComponent web = container.activate(cfg("web", 7));
        assertTrue(container.view("web").configurationError().orElseThrow().contains("cannot be applied"));
        container.onOpen = () -> {};
        web.modified(cfg("web", 7));
        container.await("web MASTER");
        Map<String, Object> strange = cfg("web", 7, "passFile", "a\u0000b");
        strange.remove("pass");
        web.modified(strange);
        web.modified(cfg("web", 7, "felix.fileinstall.filename", "mvn:no/file"));
        assertEquals(CarpState.MASTER, container.view("web").state());
        web.deactivate();
    }

    @Test
    void eventAdminGoesAndComesAndCostsEventsOnly() throws Exception {
        VirtualHostComponent web = container.activate(cfg("web", 7));
        container.await("web MASTER");
        container.eventAdmin.unregister();
        container.engine.configure(Map.of("demotion", "5"));
        container.eventAdmin = container.context().registerService(EventAdmin.class, container, null);
        container.engine.configure(Map.of());
        container.await("demotion 0");
        assertEquals(CarpState.MASTER, container.view("web").state());
        assertEquals(List.of("open 7", "bind 7"), container.diary);
        web.deactivate();
    }

    @Test
    void theDefaultsOfTheNode() throws Exception {
        VirtualHostComponent web = container.activate(cfg("web", 7));
        container.await("web MASTER");
        container.engine.configure(Map.of("preempt", "true", "demotion", "5"));
        assertTrue(container.view("web").preempt());
        assertEquals(5, container.engine.demotion());
        assertEquals(25, container.view("web").effectiveAdvskew());
        container.engine.configure(Map.of("preempt", "perhaps", "demotion", "9"));
        assertTrue(container.view("web").preempt(), "the settings of before stay");
        assertEquals(5, container.engine.demotion());
        container.engine.configure(Map.of());
        assertFalse(container.view("web").preempt());
        assertEquals(0, container.engine.demotion());
        assertEquals(CarpState.MASTER, container.view("web").state());
        web.deactivate();
    }

    @Test
    void twoFilesWithTheSameVhidOnOneInterface() throws Exception {
        VirtualHostComponent web = container.activate(cfg("web", 7));
        VirtualHostComponent copy = container.activate(cfg("copy", 7));
        String error = container.view("copy").configurationError().orElseThrow();
        assertTrue(error.contains("vhid = 7 on eth0 is taken by configuration carp.vhost~web"), error);
        container.await("web MASTER");
        web.deactivate();
        container.await("copy MASTER");
        assertTrue(container.view("copy").configurationError().isEmpty());
        assertEquals(
                List.of("open 7", "bind 7", "bow-out 7", "unbind 7", "close 7", "forget 7", "open 7", "bind 7"),
                container.diary);
        copy.deactivate();
    }

    @Test
    void twoWithTheSameName() throws Exception {
        VirtualHostComponent web = container.activate(cfg("web", 7));
        VirtualHostComponent other = container.activate(cfg("web", 8));
        container.await("web MASTER");
        assertEquals(7, container.view("web").vhid());
        web.deactivate();
        container.await("web MASTER");
        assertEquals(8, container.view("web").vhid());
        other.deactivate();
        assertTrue(container.engine.virtualHosts().isEmpty());
    }

    @Test
    void anotherVhidIsGivenUpAndStartedAnew() throws Exception {
        VirtualHostComponent web = container.activate(cfg("web", 7));
        VirtualHostComponent next = container.activate(cfg("next", 7));
        container.await("web MASTER");
        web.modified(cfg("web", 8));
        container.await("web MASTER");
        assertEquals(8, container.view("web").vhid());
        assertTrue(container.diary.indexOf("forget 7") < container.diary.indexOf("open 8"), container.diary.toString());
        assertEquals(7, container.view("next").vhid(), "who waited for the old one has it");
        web.deactivate();
        next.deactivate();
    }

    @Test
    void anotherVhidThatIsTakenChangesNothing() throws Exception {
        VirtualHostComponent web = container.activate(cfg("web", 7));
        container.await("web MASTER");
        VirtualHostComponent db = container.activate(cfg("db", 8));
        container.await("db MASTER");
        web.modified(cfg("web", 8));
        assertEquals(7, container.view("web").vhid());
        assertEquals(CarpState.MASTER, container.view("web").state());
        assertTrue(container.view("web").configurationError().orElseThrow().contains("taken by"));
        web.modified(cfg("web", 7));
        assertTrue(container.view("web").configurationError().isEmpty());
        web.deactivate();
        db.deactivate();
    }

    @Test
    void whoStartsAnewOnItsOwnVhidKeepsItFromOthers() throws Exception {
        VirtualHostComponent web = container.activate(cfg("web", 7));
        container.await("web MASTER");
        VirtualHostComponent db = container.activate(cfg("db", 7));
        web.modified(cfg("web", 7, "virtualMac", "true"));
        assertTrue(container.view("db").configurationError().orElseThrow().contains("taken by"));
        web.modified(cfg("web", 7));
        assertTrue(container.view("db").configurationError().orElseThrow().contains("taken by"));
        web.deactivate();
        container.await("db MASTER");
        db.deactivate();
    }

    @Test
    void aNewActivationWaitsForTheReleaseOfTheOld() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        VirtualHostComponent old = container.activate(cfg("web", 7));
        container.await("web MASTER");
        container.onUnbind = () -> release.await(50, TimeUnit.SECONDS);
        long start = System.nanoTime();
        old.deactivate();
        double seconds = (System.nanoTime() - start) / 1e9;
        assertTrue(seconds > 1 && seconds < 10, "hookTimeout + 1 s, not " + seconds);
        assertTrue(container.diary.contains("bow-out 7"), "regardless: " + container.diary);
        VirtualHostComponent between = container.activate(cfg("web", 7));
        between.deactivate(); // It never began, but the next one waits for the first all the same.
        VirtualHostComponent young = container.activate(cfg("web", 7));
        assertEquals(CarpState.INIT, container.view("web").state());
        assertEquals(1, container.diary.stream().filter("open 7"::equals).count());
        release.countDown();
        container.await("web MASTER");
        assertTrue(container.diary.indexOf("unbind 7") < container.diary.lastIndexOf("open 7"));
        young.deactivate();
    }

    @Test
    void whatWaitsOutlivesTheEngine() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        container.onBind = () -> {
            begun.countDown();
            return release.await(50, TimeUnit.SECONDS);
        };
        VirtualHostComponent web = container.activate(cfg("web", 7));
        assertTrue(begun.await(20, TimeUnit.SECONDS));
        web.deactivate();
        container.deactivate();
        CountDownLatch unbound = new CountDownLatch(1);
        container.onUnbind = () -> {
            unbound.countDown();
            return "";
        };
        release.countDown();
        assertTrue(unbound.await(20, TimeUnit.SECONDS), "a bind that ended too late is undone");
    }

    @Test
    void deactivatedOnTheLoopItDoesNotWaitForItself() throws Exception {
        VirtualHostComponent web = container.activate(cfg("web", 7, "hookTimeout", "60"));
        container.await("web MASTER");
        CountDownLatch done = new CountDownLatch(1);
        container.execute(() -> {
            web.deactivate();
            done.countDown();
        });
        assertTrue(done.await(20, TimeUnit.SECONDS));
        container.await("web INIT");
    }

    @Test
    void requestsAnswerWithTheReason() throws Exception {
        IllegalArgumentException unknown =
                assertThrows(IllegalArgumentException.class, () -> container.engine.stepDown("nobody"));
        assertTrue(unknown.getMessage().contains("nobody"));
        VirtualHostComponent web = container.activate(cfg("web", 7));
        container.await("web MASTER");
        assertEquals(Refusal.NOT_BACKUP, refusal(container.engine.takeOver("web")));
        container.engine.stepDown("web").toCompletableFuture().get();
        container.await("web BACKUP");
        web.deactivate();
    }

    @Test
    void whatDoesNotRunRefusesRequests() throws Exception {
        VirtualHostComponent web = container.activate(cfg("web", 7, "advskew", "many"));
        assertEquals(Refusal.NOT_RUNNING, refusal(container.engine.stepDown("web")));
        assertEquals(Refusal.NOT_RUNNING, refusal(container.engine.takeOver("web")));
        web.deactivate();
    }

    private static Refusal refusal(CompletionStage<?> answer) {
        ExecutionException refused = assertThrows(
                ExecutionException.class, () -> answer.toCompletableFuture().get());
        return assertInstanceOf(RequestRefusedException.class, refused.getCause())
                .refusal();
    }
}
