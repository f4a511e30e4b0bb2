// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.VirtualHost;
import io.carp.mastership.ScriptRunner;
import io.carp.report.Findings;
import io.carp.script.ScriptCall;
import io.carp.script.ScriptResult;
import io.carp.script.Scripting;
import io.carp.spi.Loop;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts, and keeps a finding for each that is not there, cannot be run or had to be killed, until it runs well.
 * An exit code is no finding, since that of ucarp's scripts has never mattered. For one thread at a time.
 */
final class ScriptCare implements ScriptRunner {
    private final Loop loop;
    private final Scripting scripting;
    private final Findings findings;
    private final Supplier<VirtualHost> snapshot;

    /** @param snapshot gives the virtual host as it is now, on the loop */
    ScriptCare(NodeServices node, Findings findings, Supplier<VirtualHost> snapshot) {
        this.loop = node.loop();
        this.scripting = node.scripting();
        this.findings = findings;
        this.snapshot = snapshot;
    }

    @Override
    public @Nullable String run(String key, ScriptCall call) {
        ScriptResult result;
        try {
            result = scripting.run(call.as(key));
        } catch (IOException | RuntimeException | Error e) { // The next script must have its turn.
            doubt(key, call.command().get(0), String.valueOf(e.getMessage()));
            return String.valueOf(e.getMessage());
        }
        if (result.killed()) {
            doubt(key, call.command().get(0), "it took longer than scriptTimeout and was killed");
        } else {
            settle(key);
        }
        return result.succeeded() ? null : result.toString();
    }

    @Override
    public void check(Map<String, String> before, Map<String, String> after) {
        scripting.warmUp();
        before.keySet().forEach(this::settle);
        after.forEach((key, script) -> {
            try {
                scripting.check(script); // A missing script may still appear before it is needed.
            } catch (IOException e) {
                doubt(key, script, String.valueOf(e.getMessage()));
            }
        });
    }

    private void doubt(String key, String script, String why) {
        loop.execute(() -> findings.doubt(key, key + " = " + script + ": " + why, snapshot));
    }

    private void settle(String key) {
        loop.execute(() -> findings.settled(key));
    }
}
