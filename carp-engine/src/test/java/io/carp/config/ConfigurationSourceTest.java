// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationSourceTest {
    @TempDir
    Path etc;

    private Map<String, Object> of(String pid, String file) {
        return Map.of(
                "service.pid",
                pid,
                "felix.fileinstall.filename",
                etc.resolve(file).toUri().toString());
    }

    @Test
    void namedAfterTheFile() throws Exception {
        Files.createFile(etc.resolve("carp.vhost-my web.cfg"));
        Map<String, Object> properties = of("carp.vhost~1234", "carp.vhost-my web.cfg");
        ConfigurationSource source = new ConfigurationSource(properties);
        assertEquals("my web", source.name());
        assertEquals("etc/carp.vhost-my web.cfg", source.file());
        source.check(properties);
    }

    @Test
    void elseAfterThePid() throws Exception {
        Map<String, Object> properties = Map.of("service.pid", "carp.vhost~web");
        ConfigurationSource source = new ConfigurationSource(properties);
        assertEquals("web", source.name());
        assertEquals("configuration carp.vhost~web", source.file());
        source.check(properties);
    }

    @ParameterizedTest
    @ValueSource(strings = {"carp.vhost", "carp.vhost~"})
    void neitherIsRefused(String pid) throws Exception {
        Files.createFile(etc.resolve("carp.vhost.cfg"));
        Files.createFile(etc.resolve("carp.vhost-.cfg"));
        for (String file : new String[] {"carp.vhost.cfg", "carp.vhost-.cfg"}) {
            Map<String, Object> properties = of(pid, file);
            ConfigurationSource source = new ConfigurationSource(properties);
            ConfigurationRefused e = assertThrows(ConfigurationRefused.class, () -> source.check(properties));
            assertTrue(String.valueOf(e.getMessage()).contains("etc/carp.vhost-<name>.cfg"));
        }
    }

    @Test
    void aConfigurationWithoutItsFile() throws Exception {
        Map<String, Object> properties = of("carp.vhost~web", "carp.vhost-web.cfg");
        ConfigurationSource source = new ConfigurationSource(properties);
        ConfigurationRefused e = assertThrows(ConfigurationRefused.class, () -> source.check(properties));
        assertTrue(String.valueOf(e.getMessage()).contains("config:delete carp.vhost~web"));
        Files.createFile(etc.resolve("carp.vhost-web.cfg"));
        source.check(properties);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not a uri", "http://example.org/x", "mvn:a/b", "file:", "", "relative"})
    void aStrangeFileNameIsNoReasonToThrow(String url) {
        ConfigurationSource source =
                new ConfigurationSource(Map.of("service.pid", "carp.vhost~web", "felix.fileinstall.filename", url));
        assertEquals("web", source.name());
    }
}
