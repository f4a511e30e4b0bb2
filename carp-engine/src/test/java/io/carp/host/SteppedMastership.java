// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.config.ConfigurationRefused;
import io.carp.mastership.MastershipDriver;
import io.carp.mastership.Outcome;
import io.carp.mastership.Saying;
import io.carp.mastership.Stuck;
import io.carp.report.Findings;
import io.carp.report.LogAndEvents;
import io.carp.spi.Addresses;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What one mastership causes on a {@link SteppedNode}, without a state machine or scripts; {@code hookTimeout} is 5 s.
 */
final class SteppedMastership implements Outcome, MastershipDriver.AddressOutcome {
    final MastershipDriver driver;
    private final SteppedNode node;

    SteppedMastership(SteppedNode node, String... pairs) {
        this.node = node;
        List<String> all = new ArrayList<>(List.of(pairs));
        all.addAll(List.of("announceCount", "1"));
        try {
            NodeServices services = node.services(new LogAndEvents(Runnable::run, event -> {}));
            Findings findings = new Findings("etc/web.cfg", services.notices(), services.wallClock());
            ScriptCare care = new ScriptCare(services, findings, () -> SteppedNode.host(CarpState.INIT));
            driver = new MastershipDriver(
                    node.loop,
                    node.pool(),
                    node,
                    node,
                    care,
                    SteppedHost.config(all.toArray(String[]::new)).mastership(false),
                    this,
                    this);
        } catch (ConfigurationRefused e) {
            throw new AssertionError(e);
        }
    }

    void take() {
        onLoop(this::takeNow);
    }

    void lose() {
        onLoop(this::loseNow);
    }

    /** Loses the mastership and takes it again, in one turn of the loop. */
    void loseAndTake() {
        onLoop(() -> {
            loseNow();
            takeNow();
        });
    }

    private void takeNow() {
        driver.take(event(CarpState.BACKUP, CarpState.MASTER, Reason.MASTER_TIMED_OUT));
    }

    /** There is no successor, so no address waits for one. */
    private void loseNow() {
        driver.lose(event(CarpState.MASTER, CarpState.BACKUP, Reason.LINK_DOWN));
    }

    void announce() {
        onLoop(driver::announce);
    }

    /** Gives up. When the state machine has its turn, it notes "machine" and loses the mastership. */
    CompletableFuture<Void> giveUp() {
        return giveUp(() -> {
            node.note("machine");
            loseNow();
        });
    }

    CompletableFuture<Void> giveUp(Runnable machine) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        onLoop(() -> driver.giveUp(SteppedNode.host(CarpState.MASTER), CarpState.BACKUP, Reason.USER_REQUEST, machine)
                .thenRun(() -> done.complete(null)));
        return done;
    }

    private void onLoop(Runnable task) {
        node.loop.execute(task);
        node.time.advance(0);
    }

    private static Saying.Event event(CarpState from, CarpState to, Reason why) {
        return new Saying.Event(SteppedNode.host(to), from, to, why, Instant.EPOCH);
    }

    @Override
    public void event(Saying.Event event) {
        node.note(event.to().name());
    }

    @Override
    public void beforeFailed(Throwable why) {
        node.note("beforeFailed " + why.getMessage());
    }

    @Override
    public void stuck(List<Stuck> consumers) {
        node.note("stuck " + consumers.stream().map(Stuck::who).toList());
    }

    @Override
    public void late(String what, StackTraceElement[] where) {
        node.note("late " + what);
    }

    @Override
    public void failed(String sentence, Throwable why) {}

    @Override
    public void warn(String sentence) {
        node.note(sentence);
    }

    @Override
    public void free() {}

    @Override
    public void unavailable(IOException why) {}

    @Override
    public void bindFailed(IOException why) {
        node.note("bindFailed " + why.getMessage());
    }

    @Override
    public void updated(Addresses edited) {}
}
