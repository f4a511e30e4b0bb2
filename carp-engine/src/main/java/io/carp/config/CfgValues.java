// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.Allowed;
import io.carp.keys.Key;
import io.carp.keys.WrittenText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Typed, strict reading of a configuration: the map, not an annotation, because DS converts annotations lazily and
 * would throw from wherever a value is first used. Values arrive as strings from cfg files, typed from elsewhere; letters
 * beyond ASCII are those that somebody wrote.
 */
public final class CfgValues {
    private final Map<String, ?> map;

    public CfgValues(Map<String, ?> map) {
        this.map = map;
    }

    /** The value without blanks around it, or null if the key is absent or has nothing behind it. */
    @Nullable
    public String text(Key<?> key) {
        String value = untrimmed(key);
        String text = value == null ? "" : value.strip();
        return text.isEmpty() ? null : text;
    }

    /** The value, or what counts without it; refused where it has to be there. */
    String present(Key<?> key) throws ConfigurationRefused {
        String text = text(key);
        if (text == null && key.absent().isRefused()) {
            throw new ConfigurationRefused(
                    key + " is missing: allowed is " + key.allowed().inWords());
        }
        return text == null ? key.absent().value() : text;
    }

    /** As {@link #text}, blanks and all. */
    @Nullable
    String untrimmed(Key<?> key) {
        Object value = map.get(key.name());
        return value == null ? null : written(value);
    }

    int whole(Key<Allowed.Whole> key) throws ConfigurationRefused {
        return whole(key, present(key));
    }

    /** @param absent what counts without it, where that depends on other keys */
    int whole(Key<Allowed.Whole> key, int absent) throws ConfigurationRefused {
        String text = text(key);
        return text == null ? absent : whole(key, text);
    }

    private static int whole(Key<Allowed.Whole> key, String text) throws ConfigurationRefused {
        try {
            int value = Integer.parseInt(text);
            if (value >= key.allowed().least() && value <= key.allowed().most()) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, with what is allowed.
        }
        throw ConfigurationRefused.of(key, text);
    }

    /** One of several words. */
    String word(Key<Allowed.Words> key) throws ConfigurationRefused {
        String text = present(key);
        if (!key.allowed().offers().contains(text)) {
            throw ConfigurationRefused.of(key, text);
        }
        return text;
    }

    boolean flag(Key<Allowed.Words> key) throws ConfigurationRefused {
        return Boolean.parseBoolean(word(key));
    }

    /** The constant whose name is the word in capitals. */
    <E extends Enum<E>> E constant(Key<Allowed.Words> key, Class<E> type) throws ConfigurationRefused {
        return Enum.valueOf(type, word(key).toUpperCase(Locale.ROOT));
    }

    /** The items of a list: separated by commas in a cfg file, an array or a collection from elsewhere. */
    List<String> list(Key<?> key) {
        Object value = map.get(key.name());
        if (value instanceof Collection<?> collection) {
            return collection.stream().map(item -> written(item).strip()).toList();
        }
        if (value instanceof Object[] array) {
            return Arrays.stream(array).map(item -> written(item).strip()).toList();
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

    private static String written(Object value) {
        return WrittenText.meant(String.valueOf(value));
    }
}
