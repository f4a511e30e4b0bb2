// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import static io.carp.CarpState.MASTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.script.Scripts;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Every order of everything that can happen in two or three masterships, from every state that can be reached: at each
 * step and, after all has come to rest, at the end, what must hold holds.
 */
class WalkTest {
    private static final IOException NO = new IOException("no");

    /** What is looked at more closely: all of it together has too many orders. */
    private enum Focus {
        /** Failures and handing over; consumers come back in time. */
        BARE,
        /** The same with scripts, which are not lost and found again. */
        SCRIPTS,
        /** And one edit. */
        EDITS,
        /** Consumers that do not come back, or late, or after they have been given up. */
        STUCK
    }

    /** Something that can happen, by the name under which it is found again. */
    private static List<String> inputs(World world, int mostPromotions, Focus focus) {
        boolean stuck = focus == Focus.STUCK;
        List<String> inputs = new ArrayList<>();
        if (world.state() == MASTER) {
            inputs.add("lose");
            if (!stuck) {
                inputs.add("yield");
            }
        } else if (world.promotions() < mostPromotions) {
            inputs.add("promote");
        }
        if (world.leaveSaid) {
            inputs.add("leave");
            if (focus == Focus.BARE) {
                inputs.add("stay");
            }
        } else if (!world.givingUp) {
            inputs.add("giveUp");
        }
        world.working.forEach((worker, deed) -> {
            if (deed != null) {
                inputs.add("ok " + worker);
                if (deed instanceof Deed.Bind
                        || deed instanceof Deed.Acquire
                        || (deed instanceof Deed.Run run && run.key().equals(Scripts.BEFORE))) {
                    inputs.add("fail " + worker); // The failure of anything else is a line of the log.
                }
                if (deed instanceof Deed.Bind && focus == Focus.BARE) {
                    inputs.add("break " + worker);
                }
            }
        });
        if (world.overdue != null) {
            inputs.add("abandon");
        }
        if (!world.stuck.isEmpty()) {
            inputs.add("comeBack");
        }
        if (world.handsOver() && !stuck) {
            inputs.add("succeed");
        }
        boolean hasHooks = world.working.get("consumers") instanceof Deed.Acquire;
        if (world.hasDeadline() && (stuck || hasHooks || world.working.get("consumers") == null)) {
            inputs.add("pass");
        }
        if (focus == Focus.EDITS) {
            inputs.add("edit");
        }
        return inputs;
    }

    private static void play(World world, String input) {
        String[] words = input.split(" ");
        switch (words[0]) {
            case "promote" -> world.promote();
            case "lose" -> world.lose();
            case "yield" -> world.yield();
            case "succeed" -> world.succeed();
            case "giveUp" -> world.giveUp();
            case "leave" -> world.leave();
            case "stay" -> world.stay();
            case "ok" -> world.report(words[1], null);
            case "fail" -> world.report(words[1], NO);
            case "break" -> world.report(words[1], new IllegalStateException("broken"));
            case "abandon" -> world.abandon();
            case "comeBack" -> world.comeBack();
            case "edit" -> world.edit(Given.noScripts());
            default -> world.pass();
        }
    }

    private static int walk(Supplier<World> start, int mostPromotions, Focus focus) {
        Set<String> seen = new HashSet<>();
        Deque<List<String>> paths = new ArrayDeque<>();
        paths.add(List.of());
        while (!paths.isEmpty()) {
            List<String> path = paths.remove();
            World here = replay(start, path);
            if (!seen.add(here.toString())) {
                continue;
            }
            List<String> next =
                    inputs(here, mostPromotions, focus == Focus.EDITS && path.contains("edit") ? Focus.SCRIPTS : focus);
            assertEquals(List.of(), here.wrong, () -> "after " + path + ": " + here);
            here.settle();
            assertEquals(List.of(), here.wrong, () -> "at rest after " + path + ": " + here);
            for (String input : next) {
                List<String> longer = new ArrayList<>(path);
                longer.add(input);
                paths.add(longer);
            }
        }
        return seen.size();
    }

    private static World replay(Supplier<World> start, List<String> path) {
        World world = start.get();
        path.forEach(input -> play(world, input));
        return world;
    }

    private static void walked(String what, int states) {
        System.out.println("mastership, " + what + ": " + states + " states, every way out of each");
        assertTrue(states > 500, "it went nowhere");
    }

    private static World bare() {
        return new World(Given.settings(Given.noScripts()), false);
    }

    private static World hooks() {
        return new World(Given.settings(Given.noScripts()), true);
    }

    @Test
    void withoutHooksAndScripts() {
        walked("bare", walk(WalkTest::bare, 3, Focus.BARE));
    }

    @Test
    void withHooks() {
        walked("with hooks", walk(WalkTest::hooks, 2, Focus.BARE));
    }

    @Test
    void withConsumersThatDoNotComeBack() {
        walked("with consumers that do not come back", walk(WalkTest::bare, 2, Focus.STUCK));
    }

    @Test
    void withHooksThatDoNotComeBack() {
        walked("with hooks that do not come back", walk(WalkTest::hooks, 2, Focus.STUCK));
    }

    @Test
    void withScripts() {
        Scripts scripts = new Scripts("/up", "/down", null, null, null, 10_000);
        walked("with up and down scripts", walk(() -> new World(Given.settings(scripts), false), 2, Focus.SCRIPTS));
    }

    @Test
    void withABeforeScriptThatIsTakenOut() {
        Scripts scripts = new Scripts(null, null, null, "/before", null, 10_000);
        walked("with a before script", walk(() -> new World(Given.settings(scripts), false), 2, Focus.EDITS));
    }
}
