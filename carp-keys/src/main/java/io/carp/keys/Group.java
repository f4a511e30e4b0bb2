// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Keys that stand in one table of the documentation. A key is made by its group, so that none is left out; the group is
 * complete when the class that declares it is initialized.
 */
public final class Group {
    private final String title;
    private final List<Key<?>> keys = new ArrayList<>();

    Group(String title) {
        this.title = title;
    }

    <A extends Allowed> Key<A> key(String name, A allowed, Absent absent, String meaning, Edit edit) {
        Key<A> key = new Key<>(name, allowed, absent, meaning, edit);
        keys.add(key);
        return key;
    }

    /** The heading over the table. */
    public String title() {
        return title;
    }

    /** In the order of the table. */
    public List<Key<?>> keys() {
        return Collections.unmodifiableList(keys);
    }
}
