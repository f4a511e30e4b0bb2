// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Looks through everything of ours that can be reached from an object, for what a secret leaves in memory. */
public final class KeySearch {
    private KeySearch() {}

    /** Whether a key, as it is or as HMAC mixes it, stands in an array that can be reached from there. */
    public static boolean holds(Object root, String pass) {
        return reachable(root).stream().anyMatch(object -> object instanceof byte[] bytes && begins(bytes, pass));
    }

    private static boolean begins(byte[] bytes, String pass) {
        for (int mask : new int[] {0, 0x36, 0x5c}) {
            byte[] key = pass.getBytes(UTF_8);
            for (int i = 0; i < key.length; i++) {
                key[i] ^= (byte) mask;
            }
            if (bytes.length >= key.length && Arrays.equals(bytes, 0, key.length, key, 0, key.length)) {
                return true;
            }
        }
        return false;
    }

    /** Whether it is a class of ours, lambdas among them. */
    public static boolean isOurs(Object object) {
        return object.getClass().getName().startsWith("io.carp.");
    }

    /** Objects of ours, byte arrays and strings, by way of the usual containers. */
    public static Set<Object> reachable(Object root) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>(List.of(root));
        while (!open.isEmpty()) {
            Object next = open.pop();
            if (!seen.add(next)) {
                continue;
            }
            if (next instanceof Collection<?> elements) {
                elements.forEach(element -> push(open, element));
            } else if (next instanceof Object[] elements) {
                Arrays.stream(elements).forEach(element -> push(open, element));
            } else if (next instanceof Map<?, ?> map) {
                map.forEach((key, value) -> {
                    push(open, key);
                    push(open, value);
                });
            } else if (next instanceof AtomicReference<?> reference) {
                push(open, reference.get());
            } else if (isOurs(next) && !next.getClass().isEnum()) {
                pushFields(open, next);
            }
        }
        return seen;
    }

    private static void pushFields(Deque<Object> open, Object of) {
        for (Class<?> type = of.getClass(); type != Object.class && type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
                    continue;
                }
                try {
                    field.setAccessible(true);
                    push(open, field.get(of));
                } catch (RuntimeException e) {
                    break; // A superclass of the JDK.
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    private static void push(Deque<Object> open, @Nullable Object value) {
        if (value != null) {
            open.push(value);
        }
    }
}
