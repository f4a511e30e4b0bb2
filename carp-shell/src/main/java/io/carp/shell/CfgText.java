// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The text of a .cfg file that can be edited by key. Everything that is not edited stays byte for byte: comments,
 * order, line ends, continuation lines, whatever its encoding (each byte is one char here, and only ASCII is added).
 */
final class CfgText {
    /** A line with its line end, or the last line without one. */
    private static final Pattern LINE = Pattern.compile("[^\\r\\n]*(?:\\r\\n|\\r|\\n)|[^\\r\\n]+");

    /** The end of a line that goes on in the next one; comments between the two, and blanks, are no part of either. */
    private static final String CONTINUED =
            "\\\\(?:\\r\\n|\\r|\\n)(?:[ \\t\\f]*+(?:[#!][^\\r\\n]*+)?(?:\\r\\n|\\r|\\n))*+[ \\t\\f]*+";

    private static final Pattern CONTINUATION = Pattern.compile(CONTINUED);
    private static final Pattern ESCAPE = Pattern.compile("\\\\(?:u(\\p{XDigit}{4})|(.))");

    /** Key, blanks, separator and the rest. It never goes back, which would cost a frame of the stack for each letter. */
    private static final Pattern ENTRY = Pattern.compile(
            "((?:[ \\t\\f]|" + CONTINUED + ")*+((?:\\\\[^\\r\\n]|" + CONTINUED
                    + "|[^\\\\=: \\t\\f\\r\\n])++))((?:[ \\t\\f]|" + CONTINUED + ")*+([=:]?+)[ \\t\\f]*+).*",
            Pattern.DOTALL);

    private final List<Entry> entries = new ArrayList<>();

    /**
     * One setting with all its lines, or a comment or blank line; {@code key} is null then. Unfinished: ends in a
     * backslash.
     */
    private record Entry(String text, @Nullable String key, boolean unfinished) {
        Entry(String text, @Nullable String key) {
            this(text, key, false);
        }

        boolean is(String name) {
            return name.equals(key);
        }

        String lineEnd() {
            return text.endsWith("\r\n") ? "\r\n" : text.endsWith("\n") ? "\n" : text.endsWith("\r") ? "\r" : "";
        }
    }

    CfgText(byte[] bytes) {
        Matcher lines = LINE.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        StringBuilder entry = new StringBuilder();
        while (lines.find()) {
            boolean inside = entry.length() > 0;
            entry.append(lines.group());
            if (isCommentOrBlank(lines.group())) {
                // FileInstall looks for the rest of a continued line behind the comment.
                if (!inside) {
                    add(entry, true, false);
                }
            } else if (!continues(lines.group())) {
                add(entry, false, false);
            }
        }
        if (entry.length() > 0) {
            add(entry, false, true);
        }
    }

    byte[] bytes() {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(entry.text()));
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Replaces the value of the key where it stands (of several, the last, which is the one that counts), or appends
     * the key at the end of the file.
     *
     * @param written as {@link CfgValue#written} packs it
     */
    void set(String key, String written) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            Entry entry = entries.get(i);
            if (entry.is(key)) {
                entries.set(i, new Entry(upToTheValue(entry) + written + entry.lineEnd(), key));
                return;
            }
        }
        String lineEnd = entries.stream()
                .map(Entry::lineEnd)
                .findFirst()
                .filter(end -> !end.isEmpty())
                .orElse("\n");
        Entry added = new Entry(key + " = " + written + lineEnd, key);
        int last = entries.size() - 1;
        if (last >= 0 && entries.get(last).unfinished()) {
            entries.add(last, added); // Behind the backslash it would be swallowed.
            return;
        }
        if (last >= 0 && entries.get(last).lineEnd().isEmpty()) {
            entries.set(
                    last,
                    new Entry(
                            entries.get(last).text() + lineEnd,
                            entries.get(last).key()));
        }
        entries.add(added);
    }

    /** Whether the key stands in it. */
    boolean has(String key) {
        return entries.stream().anyMatch(entry -> entry.is(key));
    }

    /** All keys, in the order of the file. */
    List<String> keys() {
        return entries.stream()
                .map(Entry::key)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    }

    /**
     * Takes the key out wherever it stands. Comments around it stay.
     *
     * @return whether it was there
     */
    boolean unset(String key) {
        return entries.removeIf(entry -> entry.is(key));
    }

    private void add(StringBuilder entry, boolean comment, boolean unfinished) {
        String text = entry.toString();
        Matcher matcher = ENTRY.matcher(text);
        String key = !comment && matcher.matches() ? name(matcher.group(2)) : null;
        entries.add(new Entry(text, key, unfinished));
        entry.setLength(0);
    }

    /** As FileInstall reads it. */
    private static String name(String written) {
        return ESCAPE.matcher(CONTINUATION.matcher(written).replaceAll(""))
                .replaceAll(escape -> Matcher.quoteReplacement(String.valueOf(
                        escape.group(1) == null
                                ? meant(escape.group(2).charAt(0))
                                : (char) Integer.parseInt(escape.group(1), 16))));
    }

    private static char meant(char escaped) {
        int known = "nrtfb".indexOf(escaped);
        return known < 0 ? escaped : "\n\r\t\f\b".charAt(known);
    }

    private static String upToTheValue(Entry entry) {
        Matcher matcher = ENTRY.matcher(entry.text());
        if (!matcher.matches()) {
            throw new IllegalStateException("an entry with a key matches");
        }
        // Without an equals sign between them, a value that begins with = would lose that.
        return matcher.group(1) + (matcher.group(4).isEmpty() ? " = " : matcher.group(3));
    }

    private static boolean isCommentOrBlank(String line) {
        String trimmed = line.strip();
        return trimmed.isEmpty() || trimmed.startsWith("#") || trimmed.startsWith("!");
    }

    private static boolean continues(String line) {
        int end = line.length();
        while (end > 0 && (line.charAt(end - 1) == '\n' || line.charAt(end - 1) == '\r')) {
            end--;
        }
        int backslashes = 0;
        while (backslashes < end && line.charAt(end - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }
}
