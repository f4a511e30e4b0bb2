// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class SystemCallExceptionTest {
    @Test
    void saysTheNameAndTheMeaningAndNoBareNumber() {
        assertEquals("bind: EPERM: Operation not permitted", new SystemCallException("bind", LibC.EPERM).getMessage());
        assertEquals(
                "error 4711: Unknown error 4711", Errno.inWords(4711), "there is nothing better to say of this one");
    }

    @Test
    void everyNumberThatTheCodeKnowsHasItsName() throws IllegalAccessException {
        for (Field field : Stream.of(LibC.class.getDeclaredFields())
                .filter(f -> f.getType() == int.class && Modifier.isStatic(f.getModifiers()))
                .filter(f -> f.getName().matches("E[A-Z]+"))
                .toList()) {
            String words = Errno.inWords(field.getInt(null));
            assertTrue(words.startsWith(field.getName() + ": "), field.getName() + " is called " + words);
        }
    }
}
