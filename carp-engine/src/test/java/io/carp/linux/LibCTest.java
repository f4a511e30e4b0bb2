// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LibCTest {
    /** The collector may free memory of which only the address is left, while the kernel uses it. */
    @Test
    void noCallThatTakesAnAddressCanBeMadeWithoutWhatKeepsTheMemoryReachable() {
        var exposed = Stream.of(LibC.class.getDeclaredMethods())
                .filter(method ->
                        Modifier.isNative(method.getModifiers()) && !Modifier.isPrivate(method.getModifiers()))
                .filter(method -> List.of(method.getParameterTypes()).contains(long.class))
                .map(Method::getName)
                .toList();
        assertEquals(List.of(), exposed);
    }
}
