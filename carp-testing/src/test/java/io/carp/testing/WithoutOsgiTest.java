// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.carp.CarpEngine;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class WithoutOsgiTest {
    /** Is loaded where there is no OSGi, and returns what a consumer's test would see. */
    public static final class Consumer implements Supplier<String> {
        @Override
        public String get() {
            FakeCarpEngine carp = new FakeCarpEngine("web");
            return carp.take("web").state() + " " + carp.lose("web").state();
        }
    }

    @Test
    void takesAndLosesWithNothingOfOsgiOnTheClassPath() throws Exception {
        URL[] classPath = {location(FakeCarpEngine.class), location(CarpEngine.class), location(Consumer.class)};
        try (URLClassLoader loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            assertThrows(ClassNotFoundException.class, () -> loader.loadClass("org.osgi.framework.BundleContext"));
            Class<?> consumer = loader.loadClass(Consumer.class.getName());
            assertNotSame(Consumer.class, consumer);
            assertEquals(
                    "MASTER BACKUP", ((Supplier<?>) consumer.getConstructor().newInstance()).get());
        }
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }
}
