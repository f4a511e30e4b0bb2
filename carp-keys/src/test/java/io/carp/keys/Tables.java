// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tables of keys in a page of the documentation: behind a comment that names the group, up to a blank line. */
final class Tables {
    private static final String HEAD =
            "| key | meaning | unit, range | default | a live edit |\n|---|---|---|---|---|\n";

    private Tables() {}

    /** The page with its tables as they should be. */
    static String in(String page, List<Group> groups) {
        String written = page;
        for (Group group : groups) {
            String comment = "<!-- keys: " + group.title() + " -->\n";
            Matcher table =
                    Pattern.compile(Pattern.quote(comment) + "(?:\\|.*\n)*").matcher(written);
            if (!table.find()) {
                throw new AssertionError("the page has no line " + comment.strip());
            }
            written =
                    written.substring(0, table.start()) + comment + HEAD + rows(group) + written.substring(table.end());
        }
        return written;
    }

    /** How many tables of keys a page has. */
    static long count(String page) {
        return Pattern.compile(Pattern.quote(HEAD)).matcher(page).results().count();
    }

    private static String rows(Group group) {
        return group.keys().stream().map(Tables::row).collect(Collectors.joining());
    }

    private static String row(Key<?> key) {
        return "| `" + key.name() + "` | " + key.meaning() + " | "
                + key.allowed().onThePage() + " |" + cell(key.absent().onThePage()) + "|"
                + cell(key.edit().onThePage()) + "|\n";
    }

    private static String cell(String text) {
        return text.isEmpty() ? " " : " " + text + " ";
    }
}
