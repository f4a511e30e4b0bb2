// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.MASTER;
import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.script.ScriptResult;
import io.carp.spi.Transport.Link;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scripts that are missing, fail, or are killed. */
class ScriptCareTest {
    private SteppedHost on;

    @Test
    void aScriptThatIsMissingIsAFindingUntilItRuns() throws ConfigurationRefused {
        on = new SteppedHost(ScriptOrderTest.with());
        on.node.missing.add("/up");
        on.open();
        assertEquals(List.of("etc/web.cfg: upScript = /up: there is no script /up"), on.findings);
        assertEquals(1, on.runner.snapshot().findings().size());
        on.node.pass(4 * SECOND);
        assertEquals(MASTER, on.runner.snapshot().state(), "a doubt, no refusal");
        assertEquals(List.of(), on.runner.snapshot().findings(), "it has run by now");
    }

    @Test
    void aScriptThatFailsHoldsUpNothing() throws ConfigurationRefused {
        on = new SteppedHost(ScriptOrderTest.with());
        on.node.script = call -> {
            throw new IOException("expected by this test");
        };
        on.master();
        assertEquals(4, on.node.calls.size(), "down, notify, up, notify");
        assertTrue(on.runner.snapshot().bound());
        assertEquals(3, on.findings.size(), "one for each script: " + on.findings);
        on.node.script = call -> new ScriptResult(0, true, "");
        on.door().tell(Link.DOWN, "no carrier");
        on.door().tell(Link.UP, "");
        assertTrue(on.findings.contains(
                "etc/web.cfg: downScript = /down: it took longer than scriptTimeout and was killed"));
        on.node.script = call -> new ScriptResult(1, false, "File exists");
        on.node.pass(4 * SECOND);
        on.door().tell(Link.DOWN, "no carrier");
        on.door().tell(Link.UP, "");
        assertEquals(List.of(), on.runner.snapshot().findings(), "an exit code is no finding");
    }

    @Test
    void anEditLooksAtTheScriptsAnew() throws ConfigurationRefused {
        on = new SteppedHost(ScriptOrderTest.with());
        on.node.missing.add("/up");
        on.open();
        assertEquals(1, on.runner.snapshot().findings().size());
        VirtualHostConfig edited = SteppedHost.config("upScript", "/there", "notifyScript", "/gone");
        on.node.missing.add("/gone");
        on.onLoop(() -> on.runner.reconfigure(edited));
        on.node.settle();
        assertEquals(1, on.runner.snapshot().findings().size());
        assertEquals("notifyScript", on.runner.snapshot().findings().get(0).code());
    }
}
