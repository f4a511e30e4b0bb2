// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * A scenario is a text of blocks, an empty line between them. A block is actions, then a line {@code ----}, then what
 * happened. What begins with {@code #} is for people. The actions are those of {@link ScenarioVerbs}.
 */
final class Scenario {
    private static final String RULE = "----";

    private Scenario() {}

    /** Does what the text says and returns the text with what really happened. */
    static String play(String text) {
        ScenarioVerbs verbs = new ScenarioVerbs();
        StringBuilder played = new StringBuilder();
        boolean actions = true;
        for (String line : text.lines().toList()) {
            if (line.isEmpty()) {
                actions = true;
                played.append('\n');
            } else if (line.equals(RULE)) {
                actions = false;
                played.append(RULE).append('\n');
                verbs.takeLog().forEach(entry -> played.append(entry).append('\n'));
            } else if (actions) {
                played.append(line).append('\n');
                perform(line, verbs);
            }
        }
        List<String> unseen = verbs.takeLog();
        if (!unseen.isEmpty()) {
            throw new IllegalArgumentException("actions without " + RULE + " below them: " + unseen);
        }
        return played.toString();
    }

    private static void perform(String line, ScenarioVerbs verbs) {
        if (!line.startsWith("#")) {
            try {
                verbs.perform(List.of(line.strip().split("\\s+")));
            } catch (RuntimeException e) {
                throw new IllegalArgumentException("\"" + line + "\": " + e.getMessage(), e);
            }
        }
    }

    /** Both texts in one, line by line: what is in both, what went (-) and what came (+). */
    static String difference(List<String> before, List<String> after) {
        int[][] common = new int[before.size() + 1][after.size() + 1];
        for (int i = before.size() - 1; i >= 0; i--) {
            for (int j = after.size() - 1; j >= 0; j--) {
                common[i][j] = before.get(i).equals(after.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < before.size() || j < after.size()) {
            if (i < before.size() && j < after.size() && before.get(i).equals(after.get(j))) {
                lines.add("  " + before.get(i++));
                j++;
            } else if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add("- " + before.get(i++));
            } else {
                lines.add("+ " + after.get(j++));
            }
        }
        return String.join("\n", lines) + "\n";
    }
}
