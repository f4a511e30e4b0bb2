// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** What may stand behind a key. */
public sealed interface Allowed {
    /** As it follows <i>allowed is</i> in an error. */
    String inWords();

    /** As the page has it in its column <i>unit, range</i>, in Markdown. */
    String onThePage();

    /** What a shell offers; empty if there are too many. */
    default List<String> offers() {
        return List.of();
    }

    /**
     * A whole number.
     *
     * @param unit empty for a mere number
     * @param least inclusive
     * @param most inclusive
     */
    record Whole(String unit, int least, int most) implements Allowed {
        @Override
        public String inWords() {
            return "a whole number " + least + ".." + most;
        }

        @Override
        public String onThePage() {
            return with(unit, (least + ".." + most).replace('-', '\u2212'));
        }
    }

    /**
     * A number with decimals.
     *
     * @param least inclusive
     * @param most inclusive
     */
    record Decimal(String unit, BigDecimal least, BigDecimal most) implements Allowed {
        @Override
        public String inWords() {
            return onThePage() + ", such as 2 or 0.5";
        }

        @Override
        public String onThePage() {
            return with(unit, least + ".." + most);
        }
    }

    /** One of several words. */
    record Words(List<Word> words) implements Allowed {
        @Override
        public String inWords() {
            List<String> all = words.stream().map(Word::inWords).toList();
            return String.join(", ", all.subList(0, all.size() - 1)) + " or " + all.get(all.size() - 1);
        }

        @Override
        public String onThePage() {
            return words.stream().map(each -> "`" + each.word + "`").collect(Collectors.joining(", "));
        }

        @Override
        public List<String> offers() {
            return words.stream().map(Word::word).toList();
        }
    }

    /** @param whose for whom it is meant; empty for everybody */
    record Word(String word, String whose) {
        private String inWords() {
            return whose.isEmpty() ? word : word + " (" + whose + ")";
        }
    }

    /** Anything that its reader understands. */
    record Text(String onThePage) implements Allowed {
        @Override
        public String inWords() {
            return Key.plain(onThePage);
        }
    }

    static Whole whole(int least, int most) {
        return new Whole("", least, most);
    }

    static Whole whole(String unit, int least, int most) {
        return new Whole(unit, least, most);
    }

    static Words words(String... words) {
        return new Words(Arrays.stream(words).map(each -> new Word(each, "")).toList());
    }

    /** {@code true} or {@code false}. */
    static Words flag() {
        return words("true", "false");
    }

    static Text text(String onThePage) {
        return new Text(onThePage);
    }

    private static String with(String unit, String range) {
        return unit.isEmpty() ? range : unit + ", " + range;
    }
}
