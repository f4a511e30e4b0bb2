// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.protocol.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What a mastership causes, as texts in {@code src/test/resources/mastership}. */
class MastershipScenarioTest {
    @TestFactory
    Stream<DynamicTest> scenarios() throws IOException {
        return Scenario.all(Path.of("src/test/resources/mastership"), Verbs::new);
    }

    /**
     * {@code host [hooks] [scripts]} begins; then {@code promote}, {@code lose}, {@code yield} to a
     * better master, {@code succeed} for one who speaks, {@code giveUp}, {@code leave}, {@code
     * ok <worker>}, {@code fail <worker>}, {@code abandon} for consumers that are overdue, {@code comeBack}, {@code pass <seconds>}, {@code rest} for all that goes well from here on,
     * {@code state} for wish and facts.
     */
    private static final class Verbs implements Scenario.Verbs {
        private final List<String> log = new ArrayList<>();
        private World world = new World(Given.settings(Given.noScripts()), false);

        @Override
        public void perform(List<String> words) {
            switch (words.get(0)) {
                case "host" ->
                    world = new World(
                            Given.settings(words.contains("scripts") ? Given.allScripts() : Given.noScripts()),
                            words.contains("hooks"));
                case "promote" -> note(world.promote());
                case "lose" -> note(world.lose());
                case "yield" -> note(world.yield());
                case "succeed" -> note(world.succeed());
                case "giveUp" -> note(world.giveUp());
                case "leave" -> note(world.leave());
                case "ok" -> note(world.report(words.get(1), null));
                case "fail" -> note(world.report(words.get(1), new IOException("no")));
                case "abandon" -> note(world.abandon());
                case "comeBack" -> note(world.comeBack());
                case "pass" -> note(world.pass((long) (Double.parseDouble(words.get(1)) * World.SECOND)));
                case "rest" -> world.rest(this::note);
                case "state" -> log.add(world.machine.toString());
                default -> throw new IllegalArgumentException("there is no such action");
            }
            if (!world.wrong.isEmpty()) {
                throw new IllegalStateException(world.wrong.toString());
            }
        }

        private void note(Decision decision) {
            String text = decision.toString();
            log.add(text.isEmpty() ? "nothing" : text);
        }

        @Override
        public List<String> takeLog() {
            List<String> taken = List.copyOf(log);
            log.clear();
            return taken;
        }
    }
}
