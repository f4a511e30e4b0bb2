// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.MASTER;
import static io.carp.engine.Stage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Giving up, and what can come in between. */
class GivingUpTest {
    private final EventOrder events = new EventOrder();
    private Stage stage = new Stage();
    private Takeover takeover = stage.takeover();

    @BeforeEach
    void hookTimeout() {
        takeover.configure(5 * SECOND, false);
    }

    @AfterEach
    void scripts() {
        stage.check();
    }

    private void take() {
        takeover.take(Stage.host(MASTER), events.add(() -> stage.note("MASTER")));
    }

    private void lose() {
        takeover.lose(Stage.host(BACKUP), Reason.MORE_FREQUENT_ADVERTISEMENT, events.add(() -> stage.note("BACKUP")));
    }

    private CompletableFuture<Void> giveUp() {
        return takeover.giveUp(BACKUP, Reason.USER_REQUEST, () -> {
            stage.note("machine");
            lose();
        });
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
            assertTrue(takeover.isBound());
            stage.pass(2 * SECOND);
            assertEquals(List.of("overran", "unbind", "machine"), stage.diary());
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
                        "unbind",
                        "machine",
                        "released",
                        "BACKUP"),
                stage.diary());
    }

    /** The thread of the consumers may be so much faster than that of the addresses. */
    @Test
    void lostInAnActivationBeforeAnybodyKnowsOfIt() {
        stage = Stage.withHastyConsumers();
        takeover = stage.takeover();
        takeover.configure(5 * SECOND, false);
        stage.activation = () -> script(this::lose);
        take();
        stage.pass(60 * SECOND);
        assertEquals(
                List.of("bind", "announce", "register", "MASTER", "unregister", "unbind", "released", "BACKUP"),
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
                        "unbind",
                        "machine",
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
            assertEquals(List.of("unregister", "unbind"), stage.diary(), "the network does not wait");
        });
        take();
        stage.settle();
        stage.diary();
        CompletableFuture<Void> done = takeover.giveUp(BACKUP, Reason.USER_REQUEST, () -> stage.note("machine"));
        stage.pass(60 * SECOND);
        assertTrue(done.isDone());
        assertEquals(1, stage.diary.stream().filter("machine"::equals).count());
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
            lose();
            take();
        });
        giveUp();
        stage.pass(60 * SECOND);
        List<String> diary = stage.diary();
        assertEquals(2, diary.stream().filter("unbind"::equals).count(), diary.toString());
        assertTrue(diary.lastIndexOf("unbind") < diary.indexOf("machine"), "the second term, too: " + diary);
        assertFalse(takeover.isBound());
    }

    @Test
    void givingUpTwiceIsOneAfterTheOther() {
        take();
        stage.settle();
        stage.diary();
        CompletableFuture<Void> first = giveUp();
        CompletableFuture<Void> second = takeover.giveUp(BACKUP, Reason.USER_REQUEST, () -> stage.note("second"));
        stage.settle();
        assertTrue(first.isDone() && second.isDone());
        assertEquals(List.of("unregister", "unbind", "machine", "second", "released", "BACKUP"), stage.diary());
    }

    @Test
    void aMachineThatThrowsKeepsNobodyFromGivingUp() {
        takeover.giveUp(BACKUP, Reason.USER_REQUEST, () -> {
            throw new IllegalStateException("expected by this test");
        });
        assertTrue(takeover.giveUp(BACKUP, Reason.USER_REQUEST, () -> stage.note("machine"))
                .isDone());
        assertEquals(List.of("machine"), stage.diary());
    }
}
