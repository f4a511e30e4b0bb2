// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

/**
 * One key of a cfg file: all there is to be said of it. Its texts are the Markdown of a cell of a table.
 *
 * @param name as it is written
 * @param allowed what may stand behind it
 * @param absent what counts without it
 * @param meaning sentences without the last dot. The first one is all that shell and forms have room for
 * @param edit what it costs to edit it
 * @param <A> numbers, words or text
 */
public record Key<A extends Allowed>(String name, A allowed, Absent absent, String meaning, Edit edit) {
    /** The first sentence of the meaning. */
    public String brief() {
        int end = meaning.indexOf(". ");
        return plain(end < 0 ? meaning : meaning.substring(0, end));
    }

    /** In one line without Markdown: the first sentence, what is allowed, and what counts without it. */
    public String inOneLine() {
        return brief() + "; " + plain(allowed.onThePage()) + plain(withoutIt());
    }

    private String withoutIt() {
        String said = absent.onThePage();
        if (said.isEmpty()) {
            return "";
        }
        return (absent.isRefused() ? "; " : absent.value().isEmpty() ? "; if absent: " : "; default ") + said;
    }

    @Override
    public String toString() {
        return name;
    }

    static String plain(String markdown) {
        return markdown.replace("`", "");
    }
}
