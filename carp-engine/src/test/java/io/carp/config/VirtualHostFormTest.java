// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The form has a field for each key, and for no other. */
class VirtualHostFormTest {
    @Test
    void aFieldForEachKey() {
        Set<String> keys = new TreeSet<>(VirtualHostConfig.KEYS);
        keys.add(VirtualHostConfig.TRANSPORT_TARGET);
        keys.add(VirtualHostConfig.BINDER_TARGET);
        Set<String> fields = Arrays.stream(VirtualHostForm.class.getDeclaredMethods())
                .map(Method::getName)
                .map(name -> name.replace("$", "").replace('_', '.'))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(keys, fields);
    }
}
