// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hooks and binders that fail or hang, and hosts that flap. */
class FailingConsumersTest {
    private final SteppedNode node = new SteppedNode();
    private final SteppedMastership mastership = new SteppedMastership(node);

    @AfterEach
    void scripts() {
        node.check();
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
        node.hasHooks = true;
        node.hook = () -> {
            throw new IOException("no database");
        };
        take();
        node.pass(60 * SECOND);
        assertEquals(List.of("acquiring", "beforeFailed no database", "MASTER"), node.diary());
    }

    @Test
    void aHookThatLacksAClassFailsAsWell() {
        node.hasHooks = true;
        node.hook = () -> {
            throw new NoClassDefFoundError("org/example/Missing");
        };
        take();
        node.settle();
        assertEquals(List.of("acquiring", "beforeFailed org/example/Missing"), node.diary());
    }

    @Test
    void aHookThatFailsIsOverruled() {
        SteppedMastership mastership = new SteppedMastership(node, "beforeFailure", "bind");
        node.hasHooks = true;
        node.hook = () -> {
            throw new IOException("expected by this test");
        };
        mastership.take();
        node.pass(60 * SECOND);
        String sentence = "an action before mastership failed; serving in spite of it: "
                + "java.io.IOException: expected by this test";
        assertEquals(List.of("acquiring", sentence, "bind", "announce", "register", "MASTER"), node.diary());
    }

    @Test
    void aHookThatOverrunsIsStoppedAndThatIsNoFailure() {
        node.hasHooks = true;
        node.hook = () -> {
            node.pass(6 * SECOND);
            assertEquals(List.of("acquiring", "overran", "bind", "announce"), node.diary());
            throw new InterruptedException("expected by this test: somebody called overran");
        };
        take();
        node.pass(60 * SECOND);
        assertEquals(List.of("register", "MASTER"), node.diary(), "not stepped down");
    }

    @Test
    void aHookThatOverrunsAfterItsTermEndedIsStoppedAsWell() {
        node.hasHooks = true;
        node.hook = () -> script(() -> {
            lose();
            node.pass(6 * SECOND);
            assertEquals(List.of("acquiring", "overran"), node.diary());
        });
        take();
        node.pass(60 * SECOND);
        assertEquals(List.of("released", "MASTER", "BACKUP"), node.diary());
    }

    @Test
    void aHookThatHangsAfterTheReleaseIsStopped() {
        take();
        node.settle();
        node.diary();
        node.afterwards = () -> script(() -> {
            node.pass(11 * SECOND);
            assertEquals(List.of("unbind", "unregister", "released", "overran", "BACKUP"), node.diary());
        });
        lose();
        node.settle();
        assertEquals(List.of(), node.diary());
    }

    // --- binders that fail

    @Test
    void aBindThatFailsIsTold() {
        node.binding = () -> {
            throw new IOException("no");
        };
        take();
        node.settle();
        assertEquals(List.of("bind", "bindFailed no"), node.diary());
        lose();
        node.settle();
        assertEquals(List.of("MASTER", "BACKUP"), node.diary(), "nothing to unbind");
    }

    @Test
    void aBinderThatThrowsWhatItMayNotFailsAndIsCleanedUpAfter() {
        for (Throwable wrong : List.of(new IllegalArgumentException("a"), new UnsatisfiedLinkError("b"))) {
            node.binding = () -> {
                if (wrong instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) wrong;
            };
            take();
            node.settle();
            assertEquals(List.of("bind", "bindFailed the binder failed: " + wrong), node.diary());
            lose();
            node.settle();
            assertEquals(List.of("unbind", "MASTER", "BACKUP"), node.diary());
        }
    }

    // --- never after the end

    @Test
    void announcedOnlyWhileBoundAndOnceForMany() {
        take();
        mastership.announce();
        node.settle();
        assertEquals(List.of("bind", "announce", "register", "MASTER"), node.diary());
        for (int i = 0; i < 5; i++) {
            mastership.announce();
        }
        node.settle();
        assertEquals(List.of("announce", "announce"), node.diary(), "the one that was under way, and one more");
        lose();
        mastership.announce();
        node.settle();
        assertFalse(node.diary().contains("announce"));
    }

    @Test
    void aFlappingHostLeavesNoBacklogBehindAConsumerThatHangs() {
        node.hasHooks = true;
        node.activation = () -> script(() -> {
            for (int i = 0; i < 1000; i++) {
                lose();
                take();
                node.pass(SECOND / 100);
            }
            assertTrue(node.backlog() < 5, "backlog " + node.backlog());
            node.activation = () -> null;
        });
        take();
        node.pass(60 * SECOND);
        List<String> diary = node.diary();
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
        node.binding = () -> script(() -> {
            for (int i = 0; i < 1000; i++) {
                lose();
                take();
                mastership.announce();
                node.pass(SECOND / 100);
            }
            assertTrue(node.backlog() < 5, "backlog " + node.backlog());
            node.binding = () -> null;
            lose();
        });
        take();
        node.pass(60 * SECOND);
        List<String> diary = node.diary();
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
