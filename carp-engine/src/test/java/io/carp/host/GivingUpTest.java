// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.host.Stage.SECOND;
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

    private CompletableFuture<Void> giveUp() {
        return mastership.giveUp();
    }

    private Object script(Runnable runnable) {
        runnable.run();
        return "";
    }

    @Test
    void giveUpWhileAConsumerHangsForEver() {
        stage.activation = () -> script(() -> {
            stage.diary();
            CompletableFuture<Void> done = giveUp();
            stage.pass(4 * SECOND);
            assertEquals(List.of(), stage.diary(), "the addresses stay while consumers may still need them");
            assertTrue(mastership.driver.isBound());
            stage.pass(2 * SECOND);
            assertEquals(List.of("overran", "machine", "unbind"), stage.diary());
            assertTrue(done.isDone());
            stage.pass(10 * SECOND);
            assertEquals(List.of("MASTER", "BACKUP"), stage.diary());
        });
        take();
        stage.settle();
        assertEquals(List.of("unregister", "released"), stage.diary());
    }

    @Test
    void aConsumerStepsDownInItsActivation() {
        stage.activation = () -> script(this::giveUp);
        take();
        stage.pass(60 * SECOND);
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
                stage.diary());
    }

    @Test
    void lostInAnActivation() {
        stage.activation = () -> script(this::lose);
        take();
        stage.pass(60 * SECOND);
        assertEquals(
                List.of("bind", "announce", "register", "MASTER", "unbind", "unregister", "released", "BACKUP"),
                stage.diary());
    }

    @Test
    void aConsumerWaitsInItsActivationForItsStepDown() {
        stage.activation = () -> script(() -> {
            CompletableFuture<Void> done = giveUp();
            stage.pass(5 * SECOND);
            assertTrue(done.isDone(), "hookTimeout ends the embrace");
        });
        take();
        stage.pass(60 * SECOND);
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
                stage.diary());
    }

    @Test
    void giveUpWhileHooksRun() {
        stage.hasHooks = true;
        stage.hook = () -> script(this::giveUp);
        take();
        stage.pass(60 * SECOND);
        assertEquals(List.of("acquiring", "machine", "released", "MASTER", "BACKUP"), stage.diary(), "never bound");
    }

    @Test
    void lostWhileGivingUp() {
        stage.deactivation = () -> script(() -> {
            lose();
            stage.settle();
            assertEquals(List.of("unregister", "machine", "unbind"), stage.diary(), "the network does not wait");
        });
        take();
        stage.settle();
        stage.diary();
        CompletableFuture<Void> done = mastership.giveUp(() -> stage.note("machine"));
        stage.pass(60 * SECOND);
        assertTrue(done.isDone());
        assertFalse(stage.diary.contains("machine"), "once");
        assertEquals(1, stage.diary.stream().filter("BACKUP"::equals).count());
        assertFalse(stage.diary.contains("unregister"), "once");
        assertFalse(stage.diary.contains("unbind"), "once");
    }

    @Test
    void lostAndPromotedAgainWhileGivingUp() {
        take();
        stage.settle();
        stage.diary();
        stage.deactivation = () -> script(() -> {
            stage.deactivation = () -> null;
            mastership.loseAndTake();
        });
        giveUp();
        stage.pass(60 * SECOND);
        List<String> diary = stage.diary();
        assertEquals(1, diary.stream().filter("machine"::equals).count(), diary.toString());
        assertFalse(diary.contains("bind"), "the second mastership was given up, too: " + diary);
        assertFalse(mastership.driver.isBound());
    }

    @Test
    void givingUpTwiceIsOneAfterTheOther() {
        take();
        stage.settle();
        stage.diary();
        CompletableFuture<Void> first = giveUp();
        CompletableFuture<Void> second = mastership.giveUp(() -> stage.note("second"));
        stage.settle();
        assertTrue(first.isDone() && second.isDone());
        assertEquals(List.of("unregister", "machine", "second", "unbind", "released", "BACKUP"), stage.diary());
    }

    @Test
    void aMachineThatThrowsKeepsNobodyFromGivingUp() {
        assertThrows(
                IllegalStateException.class,
                () -> mastership.giveUp(() -> {
                    throw new IllegalStateException("expected by this test");
                }));
        assertTrue(mastership.giveUp(() -> stage.note("machine")).isDone());
        assertEquals(List.of("machine"), stage.diary());
    }
}
