// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Giving up, and what can come in between. */
class GivingUpTest {
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

    private CompletableFuture<Void> giveUp() {
        return mastership.giveUp();
    }

    private Object script(Runnable runnable) {
        runnable.run();
        return "";
    }

    @Test
    void giveUpWhileAConsumerHangsForEver() {
        node.activation = () -> script(() -> {
            node.diary();
            CompletableFuture<Void> done = giveUp();
            node.pass(4 * SECOND);
            assertEquals(List.of(), node.diary(), "the addresses stay while consumers may still need them");
            assertTrue(mastership.driver.isBound());
            node.pass(2 * SECOND);
            assertEquals(List.of("overran", "machine", "unbind"), node.diary());
            assertTrue(done.isDone());
            node.pass(10 * SECOND);
            assertEquals(List.of("MASTER", "BACKUP"), node.diary());
        });
        take();
        node.settle();
        assertEquals(List.of("unregister", "released"), node.diary());
    }

    @Test
    void aConsumerStepsDownInItsActivation() {
        node.activation = () -> script(this::giveUp);
        take();
        node.pass(60 * SECOND);
        assertEquals(
                List.of(
                        "bind",
                        "announce",
                        "register",
                        "MASTER",
                        "unregister",
                        "machine",
                        "unbind",
                        "released",
                        "BACKUP"),
                node.diary());
    }

    @Test
    void lostInAnActivation() {
        node.activation = () -> script(this::lose);
        take();
        node.pass(60 * SECOND);
        assertEquals(
                List.of("bind", "announce", "register", "MASTER", "unbind", "unregister", "released", "BACKUP"),
                node.diary());
    }

    @Test
    void aConsumerWaitsInItsActivationForItsStepDown() {
        node.activation = () -> script(() -> {
            CompletableFuture<Void> done = giveUp();
            node.pass(5 * SECOND);
            assertTrue(done.isDone(), "hookTimeout ends the embrace");
        });
        take();
        node.pass(60 * SECOND);
        assertEquals(
                List.of(
                        "bind",
                        "announce",
                        "register",
                        "overran",
                        "machine",
                        "unbind",
                        "MASTER",
                        "unregister",
                        "released",
                        "BACKUP"),
                node.diary());
    }

    @Test
    void giveUpWhileHooksRun() {
        node.hasHooks = true;
        node.hook = () -> script(this::giveUp);
        take();
        node.pass(60 * SECOND);
        assertEquals(List.of("acquiring", "machine", "released", "MASTER", "BACKUP"), node.diary(), "never bound");
    }

    @Test
    void lostWhileGivingUp() {
        node.deactivation = () -> script(() -> {
            lose();
            node.settle();
            assertEquals(List.of("unregister", "machine", "unbind"), node.diary(), "the network does not wait");
        });
        take();
        node.settle();
        node.diary();
        CompletableFuture<Void> done = mastership.giveUp(() -> node.note("machine"));
        node.pass(60 * SECOND);
        assertTrue(done.isDone());
        assertFalse(node.diary.contains("machine"), "once");
        assertEquals(1, node.diary.stream().filter("BACKUP"::equals).count());
        assertFalse(node.diary.contains("unregister"), "once");
        assertFalse(node.diary.contains("unbind"), "once");
    }

    @Test
    void lostAndPromotedAgainWhileGivingUp() {
        take();
        node.settle();
        node.diary();
        node.deactivation = () -> script(() -> {
            node.deactivation = () -> null;
            mastership.loseAndTake();
        });
        giveUp();
        node.pass(60 * SECOND);
        List<String> diary = node.diary();
        assertEquals(1, diary.stream().filter("machine"::equals).count(), diary.toString());
        assertFalse(diary.contains("bind"), "the second mastership was given up, too: " + diary);
        assertFalse(mastership.driver.isBound());
    }

    @Test
    void givingUpTwiceIsOneAfterTheOther() {
        take();
        node.settle();
        node.diary();
        CompletableFuture<Void> first = giveUp();
        CompletableFuture<Void> second = mastership.giveUp(() -> node.note("second"));
        node.settle();
        assertTrue(first.isDone() && second.isDone());
        assertEquals(List.of("unregister", "machine", "second", "unbind", "released", "BACKUP"), node.diary());
    }

    @Test
    void aMachineThatThrowsKeepsNobodyFromGivingUp() {
        assertThrows(
                IllegalStateException.class,
                () -> mastership.giveUp(() -> {
                    throw new IllegalStateException("expected by this test");
                }));
        assertTrue(mastership.giveUp(() -> node.note("machine")).isDone());
        assertEquals(List.of("machine"), node.diary());
    }
}
