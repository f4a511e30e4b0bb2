// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The kinds of cfg files there are, and the keys of each. */
public enum CfgFile {
    VIRTUAL_HOST(
            IdentityKeys.GROUP,
            ElectionKeys.GROUP,
            SealKeys.GROUP,
            AddressKeys.GROUP,
            ScriptKeys.GROUP,
            StartKeys.GROUP,
            AnnounceKeys.GROUP,
            LinkKeys.GROUP),
    ENGINE(EngineKeys.GROUP),
    UDP(UdpKeys.GROUP),
    TRACK(TrackKeys.THINGS, TrackKeys.WORTH, TrackKeys.ASKING);

    private final List<Group> groups;
    private final Map<String, Key<?>> keys = new LinkedHashMap<>();

    CfgFile(Group... groups) {
        this.groups = List.of(groups);
        Arrays.stream(groups).flatMap(group -> group.keys().stream()).forEach(key -> keys.put(key.name(), key));
    }

    /** The tables of its documentation. */
    public List<Group> groups() {
        return groups;
    }

    /** All keys, in the order of the documentation. */
    public List<Key<?>> keys() {
        return List.copyOf(keys.values());
    }

    /** The names of all keys, sorted. */
    public Set<String> names() {
        return Collections.unmodifiableSet(new TreeSet<>(keys.keySet()));
    }

    public Optional<Key<?>> key(String name) {
        return Optional.ofNullable(keys.get(name));
    }
}
