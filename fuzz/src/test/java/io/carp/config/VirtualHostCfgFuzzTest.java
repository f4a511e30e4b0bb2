// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.carp.CarpState;
import io.carp.Reason;
import io.carp.fuzz.CfgReader;
import io.carp.fuzz.Refusal;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.Settings;
import io.carp.protocol.Step;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Any bytes as etc/carp.vhost-web.cfg and, behind a line {@code ----}, as etc/carp.engine.cfg. They are refused with key and what is allowed, and
 * never with the secret, or what they lead to runs.
 */
public class VirtualHostCfgFuzzTest {
    private static final Path BASE = Path.of("target", "nothing-here");
    private static final String BETWEEN = "\n----\n";

    @FuzzTest(maxDuration = "5m")
    public void files(byte[] input) {
        String both = new String(input, StandardCharsets.ISO_8859_1);
        int end = both.indexOf(BETWEEN);
        Map<String, Object> host = CfgReader.read(bytes(end < 0 ? both : both.substring(0, end)));
        Map<String, Object> engine = CfgReader.read(bytes(end < 0 ? "" : both.substring(end + BETWEEN.length())));
        if (host == null || engine == null || (host + " " + engine).contains(Refusal.SECRET)) {
            return; // The fuzzer finds the secret in our own comparisons, and may well write it elsewhere.
        }
        both(host, engine);
        // The same with a secret that can be told from everything else.
        boolean inHost = host.containsKey("pass");
        Map<String, Object> withSecret = new HashMap<>(inHost ? host : engine);
        for (String secret : new String[] {Refusal.SECRET, Refusal.SECRET + " is too long"}) {
            if (withSecret.replace("pass", secret) != null) {
                both(inHost ? withSecret : host, inHost ? engine : withSecret);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void both(Map<String, Object> host, Map<String, Object> engine) {
        Map<String, Object> defaults = Map.of();
        try {
            EngineConfig node = EngineConfig.parse(engine, BASE);
            node(node);
            defaults = node.defaults();
        } catch (ConfigurationRefused e) {
            Refusal.judge(e);
            Refusal.untold(e.getMessage());
        }
        try {
            VirtualHostConfig config = VirtualHostConfig.parse("web", host, defaults, BASE);
            runs(config);
            VirtualHostConfig again = VirtualHostConfig.parse("web", host, defaults, BASE);
            assertTrue(config.isSameHostAs(again) && config.digest().sameAs(again.digest()));
            assertEquals(config.settings(), again.settings());
            assertEquals(config.addresses(), again.addresses());
            assertEquals(config.warnings(), again.warnings());
        } catch (ConfigurationRefused e) {
            Refusal.judge(e);
            Refusal.untold(e.getMessage());
        }
    }

    private static void node(EngineConfig node) {
        Refusal.untold(node);
        assertTrue(Math.abs(node.demotion()) <= 240);
        assertTrue(node.bootDemotion() >= 0 && node.bootDemotion() <= 240);
        assertTrue(node.linkDownDemotion() >= 0 && node.linkDownDemotion() <= 240);
        assertTrue(node.sendErrorDemotion() >= 0 && node.sendErrorDemotion() <= 240);
        assertTrue(node.realtimePriority() >= 0 && node.realtimePriority() <= 49);
    }

    /** Alone on its link it becomes MASTER, and advertises for ever. */
    private static void runs(VirtualHostConfig config) {
        Refusal.untold(config);
        Refusal.untold(config.subsystem());
        config.mastership(true);
        assertTrue(!config.networkInterface().isBlank()
                && config.networkInterface().length() <= 15);
        Settings settings = config.settings();
        CarpStateMachine machine = new CarpStateMachine(settings, config.digest(), 1_000);
        machine.families(true, true, 0);
        Step step = machine.start(Reason.INITIALIZATION_COMPLETE, 0);
        long now = 0;
        for (int wake = 0; wake < 3 || machine.state() != CarpState.MASTER; wake++) {
            assertTrue(wake < 10, "it does not become MASTER");
            assertTrue(step.deadline() != Step.NEVER && step.deadline() > now, "it waits for something to come");
            now = step.deadline();
            step = machine.tick(now);
        }
        assertTrue(machine.intervalNanos() > 0 && settings.vhid() >= 1 && settings.vhid() <= 255);
    }
}
