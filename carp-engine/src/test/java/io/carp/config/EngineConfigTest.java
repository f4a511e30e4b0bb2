// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineConfigTest {
    private static EngineConfig parse(Map<String, ?> file) throws ConfigurationRefused {
        return EngineConfig.parse(file, Path.of(""));
    }

    private static String refusal(Map<String, ?> file) {
        return String.valueOf(
                assertThrows(ConfigurationRefused.class, () -> parse(file)).getMessage());
    }

    @Test
    void anEmptyFileIsTheDefault() throws ConfigurationRefused {
        assertEquals(EngineConfig.DEFAULT, parse(Map.of("service.pid", "carp.engine", "component.id", 3L)));
        assertEquals(240, EngineConfig.DEFAULT.linkDownDemotion());
        assertEquals(240, EngineConfig.DEFAULT.sendErrorDemotion());
        assertEquals(240, EngineConfig.DEFAULT.bootDemotion());
        assertEquals(0, EngineConfig.DEFAULT.demotion());
        assertEquals(1, EngineConfig.DEFAULT.realtimePriority());
    }

    @Test
    void theDefaultOfThePriorityIsAnotherThingWhenItIsWritten() throws ConfigurationRefused {
        assertFalse(parse(Map.of("realtimePriority", "")).isPriorityWritten());
        EngineConfig written = parse(Map.of("realtimePriority", "1"));
        assertEquals(1, written.realtimePriority());
        assertTrue(written.isPriorityWritten());
        assertEquals(
                "realtimePriority = 50: allowed is a whole number 0..49", refusal(Map.of("realtimePriority", "50")));
    }

    @Test
    void allOfIt() throws ConfigurationRefused {
        EngineConfig config = parse(Map.of(
                "demotion",
                "-240",
                "linkDownDemotion",
                "0",
                "sendErrorDemotion",
                "2",
                "bootDemotion",
                "1",
                "preempt",
                "true",
                "pass",
                "secret"));
        assertEquals(-240, config.demotion());
        assertEquals(0, config.linkDownDemotion());
        assertEquals(2, config.sendErrorDemotion());
        assertEquals(1, config.bootDemotion());
        assertEquals(Map.of("preempt", "true", "pass", "secret"), config.defaults());
        assertFalse(config.toString().contains("secret"));
    }

    @ParameterizedTest
    @CsvSource({
        "demotion, 241",
        "demotion, -241",
        "linkDownDemotion, -1",
        "linkDownDemotion, 241",
        "sendErrorDemotion, -1",
        "sendErrorDemotion, 241",
        "sendErrorDemotion, some",
        "bootDemotion, x",
        "preempt, maybe",
        "vhid, 0",
        "advskew, 255",
        "virtualIps, nonsense"
    })
    void refusedHereNotInEachFileThatInheritsIt(String key, String value) {
        String sentence = refusal(Map.of(key, value));
        assertTrue(sentence.startsWith(key + " = " + value + ": allowed is "), sentence);
    }

    @Test
    void whatIsNotForTheWholeNode() {
        assertTrue(refusal(Map.of("transport.target", "(a=b)")).startsWith("transport.target cannot be set"));
        assertTrue(refusal(Map.of("binder.target", "(a=b)")).startsWith("binder.target cannot be set"));
        assertTrue(refusal(Map.of("linkdownDemotion", "1")).startsWith("unknown key linkdownDemotion"));
        assertTrue(refusal(Map.of("pass", "dont-tell", "passFile", "x")).contains("both"));
        assertFalse(refusal(Map.of("pass", "dont-tell ")).contains("dont-tell"));
    }
}
