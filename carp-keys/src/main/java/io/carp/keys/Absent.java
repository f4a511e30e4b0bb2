// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

/**
 * What counts where a key is absent.
 *
 * @param value as it would be written; empty if there is no such value
 * @param onThePage as the page has it in its column <i>default</i>, in Markdown
 * @param isOffered whether a form may write it down; not where some other key does not go with it
 * @param isRefused whether the key has to be there
 */
public record Absent(String value, String onThePage, boolean isOffered, boolean isRefused) {
    /** This value. */
    static Absent is(String value) {
        return new Absent(value, quoted(value), true, false);
    }

    static Absent is(int value) {
        return is(String.valueOf(value));
    }

    /** This value, but to write it is something else than to write nothing: other keys are then refused. */
    static Absent unwritten(String value) {
        return new Absent(value, quoted(value), false, false);
    }

    /** No value, or one that depends on other keys. */
    static Absent means(String onThePage) {
        return new Absent("", onThePage, false, false);
    }

    /** It is an error. */
    static Absent refused(String onThePage) {
        return new Absent("", onThePage, false, true);
    }

    private static String quoted(String value) {
        return value.matches("[0-9a-f.:]+") ? value : "`" + value + "`";
    }
}
