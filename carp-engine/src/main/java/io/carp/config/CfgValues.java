// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Typed, strict reading of a configuration: the map, not an annotation, because DS converts annotations lazily and
 * would throw from wherever a value is first used. Values arrive as strings from cfg files, typed from elsewhere.
 */
public final class CfgValues {
    private final Map<String, ?> map;

    public CfgValues(Map<String, ?> map) {
        this.map = map;
    }

    /** The value without blanks around it, or null if the key is absent or has nothing behind it. */
    @Nullable
    public String text(String key) {
        Object value = map.get(key);
        String text = value == null ? "" : String.valueOf(value).strip();
        return text.isEmpty() ? null : text;
    }

    String required(String key, String allowed) throws ConfigurationRefused {
        String text = text(key);
        if (text == null) {
            throw new ConfigurationRefused(key + " is missing: allowed is " + allowed);
        }
        return text;
    }

    /** As {@link #text}, blanks and all. */
    @Nullable
    String untrimmed(String key) {
        Object value = map.get(key);
        return value == null ? null : String.valueOf(value);
    }

    int integer(String key, int least, int most, @Nullable Integer absent) throws ConfigurationRefused {
        String allowed = "a whole number " + least + ".." + most;
        String text = absent == null ? required(key, allowed) : text(key);
        if (text == null && absent != null) {
            return absent;
        }
        try {
            int value = Integer.parseInt(String.valueOf(text));
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, with what is allowed.
        }
        throw ConfigurationRefused.of(key, String.valueOf(text), allowed);
    }

    boolean bool(String key, boolean absent) throws ConfigurationRefused {
        String text = text(key);
        if (text == null) {
            return absent;
        }
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw ConfigurationRefused.of(key, text, "true or false");
        };
    }

    /** One of several words. */
    <T> T choice(String key, Map<String, T> words, T absent, String allowed) throws ConfigurationRefused {
        String text = text(key);
        if (text == null) {
            return absent;
        }
        T chosen = words.get(text);
        if (chosen == null) {
            throw ConfigurationRefused.of(key, text, allowed);
        }
        return chosen;
    }

    /** The items of a list: separated by commas in a cfg file, an array or a collection from elsewhere. */
    List<String> list(String key) {
        Object value = map.get(key);
        if (value instanceof Collection<?> collection) {
            return collection.stream().map(item -> String.valueOf(item).strip()).toList();
        }
        if (value instanceof Object[] array) {
            return Arrays.stream(array)
                    .map(item -> String.valueOf(item).strip())
                    .toList();
        }
        List<String> items = new ArrayList<>();
        String text = text(key);
        if (text != null) {
            for (String item : text.split(",", -1)) {
                items.add(item.strip());
            }
        }
        return items;
    }
}
