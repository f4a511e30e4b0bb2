// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

/**
 * What an edit of a key costs while everything runs.
 *
 * @param startsAnew whether a virtual host gives its mastership up, in good order, and starts anew
 * @param onThePage as the page has it in its column <i>a live edit</i>, in Markdown
 */
public record Edit(boolean startsAnew, String onThePage) {
    /** No mastership, and what happens instead. */
    static Edit live(String onThePage) {
        return new Edit(false, onThePage);
    }

    static Edit startsAnew(String more) {
        return new Edit(true, "gives the mastership up in good order and starts anew" + more);
    }
}
