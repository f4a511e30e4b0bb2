// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.host.Stage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hooks and binders that fail or hang, and hosts that flap. */
class FailingConsumersTest {
    private final Stage stage = new Stage();
    private final StagedMastership mastership = new StagedMastership(stage);

    @AfterEach
    void scripts() {
        stage.check();
    }

    private void take() {
        mastership.take();
    }

    private void lose() {
        mastership.lose();
    }

    private Object script(Runnable runnable) {
        runnable.run();
        return "";
    }

    // --- hooks that fail or overrun

    @Test
    void aHookThatFailsStepsDown() {
        stage.hasHooks = true;
        stage.hook = () -> {
            throw new IOException("no database");
        };
        take();
        stage.pass(60 * SECOND);
        assertEquals(List.of("acquiring", "beforeFailed no database", "MASTER"), stage.diary());
    }

    @Test
    void aHookThatLacksAClassFailsAsWell() {
        stage.hasHooks = true;
        stage.hook = () -> {
            throw new NoClassDefFoundError("org/example/Missing");
        };
        take();
        stage.settle();
        assertEquals(List.of("acquiring", "beforeFailed org/example/Missing"), stage.diary());
    }

    @Test
    void aHookThatFailsIsOverruled() {
        StagedMastership mastership = new StagedMastership(stage, "beforeFailure", "bind");
        stage.hasHooks = true;
        stage.hook = () -> {
            throw new IOException("expected by this test");
        };
        mastership.take();
        stage.pass(60 * SECOND);
        String sentence = "an action before mastership failed; serving in spite of it: "
                + "java.io.IOException: expected by this test";
        assertEquals(List.of("acquiring", sentence, "bind", "announce", "register", "MASTER"), stage.diary());
    }

    @Test
    void aHookThatOverrunsIsStoppedAndThatIsNoFailure() {
        stage.hasHooks = true;
        stage.hook = () -> {
            stage.pass(6 * SECOND);
            assertEquals(List.of("acquiring", "overran", "bind", "announce"), stage.diary());
            throw new InterruptedException("expected by this test: somebody called overran");
        };
        take();
        stage.pass(60 * SECOND);
        assertEquals(List.of("register", "MASTER"), stage.diary(), "not stepped down");
    }

    @Test
    void aHookThatOverrunsAfterItsTermEndedIsStoppedAsWell() {
        stage.hasHooks = true;
        stage.hook = () -> script(() -> {
            lose();
            stage.pass(6 * SECOND);
            assertEquals(List.of("acquiring", "overran"), stage.diary());
        });
        take();
        stage.pass(60 * SECOND);
        assertEquals(List.of("released", "MASTER", "BACKUP"), stage.diary());
    }

    @Test
    void aHookThatHangsAfterTheReleaseIsStopped() {
        take();
        stage.settle();
        stage.diary();
        stage.afterwards = () -> script(() -> {
            stage.pass(11 * SECOND);
            assertEquals(List.of("unbind", "unregister", "released", "overran", "BACKUP"), stage.diary());
        });
        lose();
        stage.settle();
        assertEquals(List.of(), stage.diary());
    }

    // --- binders that fail

    @Test
    void aBindThatFailsIsTold() {
        stage.binding = () -> {
            throw new IOException("no");
        };
        take();
        stage.settle();
        assertEquals(List.of("bind", "bindFailed no"), stage.diary());
        lose();
        stage.settle();
        assertEquals(List.of("MASTER", "BACKUP"), stage.diary(), "nothing to unbind");
    }

    @Test
    void aBinderThatThrowsWhatItMayNotFailsAndIsCleanedUpAfter() {
        for (Throwable wrong : List.of(new IllegalArgumentException("a"), new UnsatisfiedLinkError("b"))) {
            stage.binding = () -> {
                if (wrong instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) wrong;
            };
            take();
            stage.settle();
            assertEquals(List.of("bind", "bindFailed the binder failed: " + wrong), stage.diary());
            lose();
            stage.settle();
            assertEquals(List.of("unbind", "MASTER", "BACKUP"), stage.diary());
        }
    }

    // --- never after the end

    @Test
    void announcedOnlyWhileBoundAndOnceForMany() {
        take();
        mastership.announce();
        stage.settle();
        assertEquals(List.of("bind", "announce", "register", "MASTER"), stage.diary());
        for (int i = 0; i < 5; i++) {
            mastership.announce();
        }
        stage.settle();
        assertEquals(List.of("announce", "announce"), stage.diary(), "the one that was under way, and one more");
        lose();
        mastership.announce();
        stage.settle();
        assertFalse(stage.diary().contains("announce"));
    }

    @Test
    void aFlappingHostLeavesNoBacklogBehindAConsumerThatHangs() {
        stage.hasHooks = true;
        stage.activation = () -> script(() -> {
            for (int i = 0; i < 1000; i++) {
                lose();
                take();
                stage.pass(SECOND / 100);
            }
            assertTrue(stage.backlog() < 5, "backlog " + stage.backlog());
            stage.activation = () -> null;
        });
        take();
        stage.pass(60 * SECOND);
        List<String> diary = stage.diary();
        assertEquals(
                List.of("acquiring", "bind", "announce", "register", "MASTER"),
                diary.subList(diary.size() - 5, diary.size()),
                "ends as master");
        assertEquals(1001, diary.stream().filter("MASTER"::equals).count());
        assertEquals(1000, diary.stream().filter("BACKUP"::equals).count());
        assertTrue(mastership.driver.isBound());
    }

    @Test
    void aFlappingHostLeavesNoBacklogBehindABinderThatHangs() {
        stage.binding = () -> script(() -> {
            for (int i = 0; i < 1000; i++) {
                lose();
                take();
                mastership.announce();
                stage.pass(SECOND / 100);
            }
            assertTrue(stage.backlog() < 5, "backlog " + stage.backlog());
            stage.binding = () -> null;
            lose();
        });
        take();
        stage.pass(60 * SECOND);
        List<String> diary = stage.diary();
        assertEquals(
                "unbind",
                diary.stream()
                        .filter(List.of("bind", "unbind")::contains)
                        .reduce((a, b) -> b)
                        .get());
        assertFalse(diary.contains("register"));
        assertTrue(diary.lastIndexOf("BACKUP") > diary.lastIndexOf("MASTER"));
        assertEquals(1001, diary.stream().filter("BACKUP"::equals).count());
        assertFalse(mastership.driver.isBound());
    }
}
