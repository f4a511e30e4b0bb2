// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.host.Stage.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The three lists, and what losing in between leaves of them. */
class TakeoverTest {
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

    // --- the lists

    @Test
    void takeWithoutHooks() {
        take();
        CompletableFuture<Void> bound = mastership.driver.whenBound();
        assertFalse(mastership.driver.isBound());
        stage.settle();
        assertEquals(List.of("bind", "announce", "register", "MASTER"), stage.diary());
        assertTrue(mastership.driver.isBound());
        assertTrue(bound.isDone());
        stage.pass(60 * SECOND);
        assertEquals(List.of(), stage.diary(), "nothing is repeated, nothing overran");
    }

    @Test
    void takeWithHooks() {
        stage.hasHooks = true;
        stage.hook = () -> script(() -> stage.pass(SECOND));
        take();
        stage.settle();
        assertEquals(List.of("acquiring", "bind", "announce", "register", "MASTER"), stage.diary());
        stage.pass(60 * SECOND);
        assertEquals(List.of(), stage.diary());
    }

    @Test
    void lose_theNetworkFirst() {
        take();
        stage.settle();
        stage.diary();
        lose();
        stage.settle();
        assertEquals(List.of("unbind", "unregister", "released", "BACKUP"), stage.diary());
        assertFalse(mastership.driver.isBound());
    }

    @Test
    void giveUp_theConsumersFirstTheMachineLast() {
        take();
        stage.settle();
        stage.diary();
        CompletableFuture<Void> done = giveUp();
        stage.settle();
        assertEquals(List.of("unregister", "machine", "unbind", "released", "BACKUP"), stage.diary());
        assertTrue(done.isDone());
        stage.pass(60 * SECOND);
        assertEquals(List.of(), stage.diary());
    }

    @Test
    void giveUpWithoutATermIsTheMachineAlone() {
        assertTrue(mastership.giveUp(() -> stage.note("machine")).isDone());
        assertEquals(List.of("machine"), stage.diary());
    }

    // --- losing in between

    @Test
    void lostWhileHooksRun() {
        stage.hasHooks = true;
        stage.hook = () -> script(() -> {
            stage.pass(SECOND);
            lose();
            stage.pass(SECOND);
            assertEquals(List.of("acquiring"), stage.diary(), "the hook is still running");
        });
        take();
        CompletableFuture<Void> bound = mastership.driver.whenBound();
        stage.pass(60 * SECOND);
        assertEquals(List.of("released", "MASTER", "BACKUP"), stage.diary(), "never bound; both events, in order");
        assertTrue(bound.isCompletedExceptionally());
    }

    @Test
    void lostWhileBinding() {
        stage.binding = () -> script(this::lose);
        take();
        stage.pass(60 * SECOND);
        assertEquals(List.of("bind", "unbind", "MASTER", "BACKUP"), stage.diary(), "not announced, nobody told");
    }

    @Test
    void lostWhileRegisteringHangs() {
        stage.activation = () -> script(() -> {
            lose();
            stage.pass(SECOND);
            assertEquals(List.of("bind", "announce", "register", "unbind"), stage.diary(), "the address is gone");
            stage.pass(10 * SECOND);
            assertEquals(List.of("MASTER", "BACKUP"), stage.diary(), "others hear of it after 2 hookTimeouts");
        });
        take();
        stage.pass(60 * SECOND);
        assertEquals(List.of("unregister", "released"), stage.diary());
    }

    @Test
    void aConsumerThatHangsForEverKeepsTheEventFromNobody() {
        stage.activation = () -> script(() -> {
            stage.diary();
            stage.pass(9 * SECOND);
            assertEquals(List.of(), stage.diary());
            stage.pass(2 * SECOND);
            assertEquals(List.of("MASTER"), stage.diary());
        });
        take();
        stage.settle();
        assertEquals(List.of(), stage.diary(), "posted once");
    }
}
