// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Taking, losing and giving up as listed in ARCHITECTURE.md, and what is left of the lists if mastership is lost in
 * between.
 */
class TakeoverTest {
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

    // --- the lists

    @Test
    void takeWithoutHooks() {
        take();
        CompletableFuture<Void> bound = mastership.driver.whenBound();
        assertFalse(mastership.driver.isBound());
        node.settle();
        assertEquals(List.of("bind", "announce", "register", "MASTER"), node.diary());
        assertTrue(mastership.driver.isBound());
        assertTrue(bound.isDone());
        node.pass(60 * SECOND);
        assertEquals(List.of(), node.diary(), "nothing is repeated, nothing overran");
    }

    @Test
    void takeWithHooks() {
        node.hasHooks = true;
        node.hook = () -> script(() -> node.pass(SECOND));
        take();
        node.settle();
        assertEquals(List.of("acquiring", "bind", "announce", "register", "MASTER"), node.diary());
        node.pass(60 * SECOND);
        assertEquals(List.of(), node.diary());
    }

    @Test
    void lose_theNetworkFirst() {
        take();
        node.settle();
        node.diary();
        lose();
        node.settle();
        assertEquals(List.of("unbind", "unregister", "released", "BACKUP"), node.diary());
        assertFalse(mastership.driver.isBound());
    }

    @Test
    void giveUp_theConsumersFirstTheMachineLast() {
        take();
        node.settle();
        node.diary();
        CompletableFuture<Void> done = giveUp();
        node.settle();
        assertEquals(List.of("unregister", "machine", "unbind", "released", "BACKUP"), node.diary());
        assertTrue(done.isDone());
        node.pass(60 * SECOND);
        assertEquals(List.of(), node.diary());
    }

    @Test
    void giveUpWithoutATermIsTheMachineAlone() {
        assertTrue(mastership.giveUp(() -> node.note("machine")).isDone());
        assertEquals(List.of("machine"), node.diary());
    }

    // --- losing in between

    @Test
    void lostWhileHooksRun() {
        node.hasHooks = true;
        node.hook = () -> script(() -> {
            node.pass(SECOND);
            lose();
            node.pass(SECOND);
            assertEquals(List.of("acquiring"), node.diary(), "the hook is still running");
        });
        take();
        CompletableFuture<Void> bound = mastership.driver.whenBound();
        node.pass(60 * SECOND);
        assertEquals(List.of("released", "MASTER", "BACKUP"), node.diary(), "never bound; both events, in order");
        assertTrue(bound.isCompletedExceptionally());
    }

    @Test
    void lostWhileBinding() {
        node.binding = () -> script(this::lose);
        take();
        node.pass(60 * SECOND);
        assertEquals(List.of("bind", "unbind", "MASTER", "BACKUP"), node.diary(), "not announced, nobody told");
    }

    @Test
    void lostWhileRegisteringHangs() {
        node.activation = () -> script(() -> {
            lose();
            node.pass(SECOND);
            assertEquals(List.of("bind", "announce", "register", "unbind"), node.diary(), "the address is gone");
            node.pass(10 * SECOND);
            assertEquals(
                    List.of("overran", "MASTER", "BACKUP"), node.diary(), "others hear of it after 2 hookTimeouts");
        });
        take();
        node.pass(60 * SECOND);
        assertEquals(List.of("unregister", "released"), node.diary());
    }

    @Test
    void aConsumerThatHangsForEverKeepsTheEventFromNobody() {
        node.activation = () -> script(() -> {
            node.diary();
            node.pass(9 * SECOND);
            assertEquals(List.of("overran"), node.diary());
            node.pass(2 * SECOND);
            assertEquals(List.of("MASTER"), node.diary());
        });
        take();
        node.settle();
        assertEquals(List.of(), node.diary(), "posted once");
    }

    @Test
    void aConsumerThatHangsForEverIsGivenUpAndNamedUntilItComesBack() {
        node.activation = () -> script(() -> {
            node.diary();
            node.pass(5 * SECOND);
            assertEquals(List.of("overran"), node.diary());
            node.stuck = "somebody";
            node.pass(SECOND);
            assertEquals(List.of("MASTER", "stuck [somebody]"), node.diary());
            lose();
            node.pass(SECOND);
            assertEquals(List.of("unbind", "unregister", "released", "BACKUP"), node.diary(), "by another thread");
        });
        take();
        node.settle();
        assertEquals(List.of("stuck []"), node.diary());
    }
}
