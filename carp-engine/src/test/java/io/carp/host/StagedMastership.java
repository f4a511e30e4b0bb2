// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.config.ConfigurationRefused;
import io.carp.mastership.MastershipDriver;
import io.carp.mastership.Saying;
import io.carp.report.Findings;
import io.carp.report.LogAndEvents;
import io.carp.spi.Addresses;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What one mastership causes on a {@link Stage}, without a state machine and scripts; {@code hookTimeout} is 5 s. */
final class StagedMastership implements MastershipDriver.Outcome, MastershipDriver.AddressOutcome {
    final MastershipDriver driver;
    private final Stage stage;

    StagedMastership(Stage stage, String... pairs) {
        this.stage = stage;
        List<String> all = new ArrayList<>(List.of(pairs));
        all.addAll(List.of("announceCount", "1"));
        try {
            NodeServices node = stage.node(new LogAndEvents(Runnable::run, event -> {}));
            Findings findings = new Findings("etc/web.cfg", node.notices(), node.wallClock());
            ScriptCare care = new ScriptCare(node, findings, () -> Stage.host(CarpState.INIT));
            driver = new MastershipDriver(
                    stage.loop,
                    stage.pool(),
                    stage,
                    stage,
                    care,
                    RunnerStage.config(all.toArray(String[]::new)).mastership(false),
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

    /** In one turn of the loop. */
    void loseAndTake() {
        onLoop(() -> {
            loseNow();
            takeNow();
        });
    }

    private void takeNow() {
        driver.take(event(CarpState.BACKUP, CarpState.MASTER, Reason.MASTER_TIMED_OUT));
    }

    /** To nobody, so that no address waits for a successor. */
    private void loseNow() {
        driver.lose(event(CarpState.MASTER, CarpState.BACKUP, Reason.LINK_DOWN));
    }

    void announce() {
        onLoop(driver::announce);
    }

    /** The machine's turn is the entry "machine", and with it the mastership is lost. */
    CompletableFuture<Void> giveUp() {
        return giveUp(() -> {
            stage.note("machine");
            loseNow();
        });
    }

    CompletableFuture<Void> giveUp(Runnable machine) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        onLoop(() -> driver.giveUp(Stage.host(CarpState.MASTER), CarpState.BACKUP, Reason.USER_REQUEST, machine)
                .thenRun(() -> done.complete(null)));
        return done;
    }

    private void onLoop(Runnable task) {
        stage.loop.execute(task);
        stage.time.advance(0);
    }

    private static Saying.Event event(CarpState from, CarpState to, Reason why) {
        return new Saying.Event(Stage.host(to), from, to, why, Instant.EPOCH);
    }

    @Override
    public void event(Saying.Event event) {
        stage.note(event.to().name());
    }

    @Override
    public void beforeFailed(Throwable why) {
        stage.note("beforeFailed " + why.getMessage());
    }

    @Override
    public void failed(String sentence, Throwable why) {}

    @Override
    public void warn(String sentence) {
        stage.note(sentence);
    }

    @Override
    public void free() {}

    @Override
    public void unavailable(IOException why) {}

    @Override
    public void bindFailed(IOException why) {
        stage.note("bindFailed " + why.getMessage());
    }

    @Override
    public void updated(Addresses edited) {}
}
