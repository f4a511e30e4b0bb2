// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.DemotionSource;
import io.carp.consumers.Selection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What makes this node, or some of its virtual hosts, worth less now. Any thread may call. */
public final class Demotions {
    /** @param names a {@code carp.name} property: the virtual hosts meant; null means all */
    private record Entry(DemotionSource source, @Nullable Object names) {}

    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    /** Adds or changes the demotion with this key; an amount of 0 removes it. */
    public synchronized void set(Object key, DemotionSource source, @Nullable Object names) {
        if (source.amount() == 0) {
            entries.remove(key);
        } else {
            entries.put(key, new Entry(source, names));
        }
    }

    /** Removes the demotion with this key, and returns its reason, if there was one. */
    synchronized @Nullable String remove(Object key) {
        Entry entry = entries.remove(key);
        return entry == null ? null : entry.source().reason();
    }

    /** The sum of the demotions that mean every virtual host. */
    public synchronized int ofNode() {
        return entries.values().stream()
                .filter(entry -> entry.names() == null)
                .mapToInt(entry -> entry.source().amount())
                .sum();
    }

    /** The demotions that mean this virtual host. */
    public synchronized List<DemotionSource> of(String host) {
        List<DemotionSource> sources = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (Selection.concerns(entry.names(), host)) {
                sources.add(entry.source());
            }
        }
        return sources;
    }
}
