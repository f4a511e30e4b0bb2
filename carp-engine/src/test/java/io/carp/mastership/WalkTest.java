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

    /** Something that can happen, by the name under which it is found again. */
    private static List<String> inputs(World world, int mostPromotions, boolean scripts, boolean edits) {
        List<String> inputs = new ArrayList<>();
        if (world.state() == MASTER) {
            inputs.add("lose");
            inputs.add("yield");
        } else if (world.promotions() < mostPromotions) {
            inputs.add("promote");
        }
        if (world.leaveSaid) {
            inputs.add("leave");
            if (!scripts) {
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
                if (deed instanceof Deed.Bind && !scripts) {
                    inputs.add("break " + worker);
                }
            }
        });
        if (world.handsOver()) {
            inputs.add("succeed");
        }
        if (world.hasDeadline()) {
            inputs.add("pass");
        }
        if (edits) {
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
            case "edit" -> world.edit(World.noScripts());
            default -> world.pass();
        }
    }

    private static int walk(Supplier<World> start, int mostPromotions, boolean scripts, boolean edits) {
        Set<String> seen = new HashSet<>();
        Deque<List<String>> paths = new ArrayDeque<>();
        paths.add(List.of());
        while (!paths.isEmpty()) {
            List<String> path = paths.remove();
            World here = replay(start, path);
            if (!seen.add(here.toString())) {
                continue;
            }
            List<String> next = inputs(here, mostPromotions, scripts, edits && !path.contains("edit"));
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

    @Test
    void withoutHooksAndScripts() {
        walked("bare", walk(() -> new World(World.settings(World.noScripts()), false), 3, false, false));
    }

    @Test
    void withHooks() {
        walked("with hooks", walk(() -> new World(World.settings(World.noScripts()), true), 2, false, false));
    }

    @Test
    void withScripts() {
        Scripts scripts = new Scripts("/up", "/down", null, null, null, 10_000);
        walked("with up and down scripts", walk(() -> new World(World.settings(scripts), false), 2, true, false));
    }

    @Test
    void withABeforeScriptThatIsTakenOut() {
        Scripts scripts = new Scripts(null, null, null, "/before", null, 10_000);
        walked("with a before script", walk(() -> new World(World.settings(scripts), false), 2, true, true));
    }
}
