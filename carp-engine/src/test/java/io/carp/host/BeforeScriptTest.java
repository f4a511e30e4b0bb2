// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.INIT;
import static io.carp.CarpState.MASTER;
import static io.carp.host.SteppedNode.DONE;
import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.script.ScriptResult;
import io.carp.spi.Transport.Link;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The script that runs between the promotion and the binding of the addresses. */
class BeforeScriptTest {
    private static final String ASKED = "/before 7@eth0 MASTER";

    private SteppedHost on;

    @AfterEach
    void scripts() {
        on.node.check();
    }

    private void backup(String... pairs) throws ConfigurationRefused {
        on = new SteppedHost(pairs).open();
        on.node.diary();
    }

    private CarpState state() {
        return on.runner.snapshot().state();
    }

    private List<String> done() {
        return on.node.diary().stream()
                .filter(entry -> entry.startsWith("/") || entry.matches("bind|unbind|acquiring|register"))
                .toList();
    }

    @Test
    void itComesBeforeHooksAndAddresses() throws ConfigurationRefused {
        backup("beforeScript", "/before");
        on.node.hasHooks = true;
        on.node.script = call -> {
            int sent = on.sent;
            on.node.pass(9 * SECOND);
            assertEquals(sent + 9, on.sent, "advertisements keep their pace");
            assertFalse(on.runner.snapshot().bound());
            return DONE;
        };
        on.node.pass(4 * SECOND);
        assertEquals(MASTER, state());
        assertEquals(List.of(ASKED, "acquiring", "bind", "register"), done(), "hooks have a time of their own");
        assertEquals("MASTER (master timed out)", on.events.get(on.events.size() - 1));
    }

    @Test
    void aHookThatComesWhileItRunsHasItsSay() throws ConfigurationRefused {
        backup("beforeScript", "/before");
        on.node.script = call -> {
            on.node.hasHooks = true;
            return DONE;
        };
        on.node.pass(4 * SECOND);
        assertEquals(List.of(ASKED, "acquiring", "bind", "register"), done());
    }

    @Test
    void aFailureStepsDown() throws ConfigurationRefused {
        backup("beforeScript", "/before");
        on.node.script = call -> new ScriptResult(3, false, "no disk");
        on.node.pass(3 * SECOND + SECOND / 2);
        assertEquals(BACKUP, state());
        assertEquals(List.of(ASKED), done(), "never bound");
        assertEquals("BACKUP (action before mastership failed)", on.events.get(on.events.size() - 1));
        assertTrue(
                on.findings.get(0).endsWith("beforeScript = /before 7@eth0 MASTER: exit code 3: no disk"),
                on.findings.get(0));
        on.node.script = call -> DONE;
        on.node.pass(4 * SECOND);
        assertEquals(List.of(ASKED, "bind", "register"), done(), "asked again, for nobody else took over");
        assertEquals(List.of(), on.runner.snapshot().findings());
    }

    @Test
    void oneThatCannotBeRunFails() throws ConfigurationRefused {
        backup("beforeScript", "/before");
        on.node.script = call -> {
            throw new IOException("there is no script /before");
        };
        on.node.pass(3 * SECOND + SECOND / 2);
        assertEquals(BACKUP, state());
        assertEquals(List.of(ASKED), done());
    }

    @Test
    void aFailureIsOverruled() throws ConfigurationRefused {
        backup("beforeScript", "/before", "beforeFailure", "bind");
        on.node.script = call -> new ScriptResult(3, false, "no disk");
        on.node.pass(4 * SECOND);
        assertEquals(MASTER, state());
        assertEquals(List.of(ASKED, "bind", "register"), done());
    }

    @Test
    void oneThatHangsStepsDownAtItsTimeout() throws ConfigurationRefused {
        backup("beforeScript", "/before", "scriptTimeout", "2");
        on.node.script = call -> {
            on.node.script = next -> DONE;
            on.node.pass(2 * SECOND - SECOND / 5);
            assertEquals(MASTER, state());
            on.node.pass(SECOND / 2);
            assertEquals(BACKUP, state());
            return new ScriptResult(0, true, "");
        };
        on.node.pass(4 * SECOND);
        assertEquals(List.of(ASKED), done().subList(0, 1));
        assertTrue(on.events.contains("BACKUP (action before mastership failed)"), on.events.toString());
    }

    @Test
    void oneThatHangsIsOverruledAtItsTimeout() throws ConfigurationRefused {
        backup("beforeScript", "/before", "scriptTimeout", "2", "beforeFailure", "bind");
        on.node.script = call -> {
            on.node.pass(2 * SECOND - SECOND / 5);
            assertFalse(on.runner.snapshot().bound());
            on.node.pass(SECOND / 2);
            assertTrue(on.runner.snapshot().bound(), "though it has not ended");
            return new ScriptResult(0, true, "");
        };
        on.node.pass(4 * SECOND);
        assertEquals(MASTER, state());
    }

    @Test
    void aMastershipThatIsLostMeanwhileIsNotBound() throws ConfigurationRefused {
        backup("beforeScript", "/before");
        on.node.script = call -> {
            on.node.script = next -> DONE;
            on.door().tell(Link.DOWN, "no carrier");
            return DONE;
        };
        on.node.pass(4 * SECOND);
        assertEquals(INIT, state());
        assertEquals(List.of(ASKED), done());
        assertEquals(
                List.of("MASTER (master timed out)", "INIT (hardware interface down)"),
                on.events.subList(2, on.events.size()));
        on.door().tell(Link.UP, "");
        on.node.pass(4 * SECOND);
        assertEquals(List.of(ASKED, "bind", "register"), done(), "the next one is asked anew");
    }

    @Test
    void aStepDownWhileItRunsDoesNotWaitForIt() throws ConfigurationRefused {
        backup("beforeScript", "/before");
        on.node.script = call -> {
            on.node.script = next -> DONE;
            var stopped = on.runner.close();
            on.node.settle();
            assertTrue(stopped.isDone());
            return DONE;
        };
        on.node.pass(4 * SECOND);
        assertEquals(List.of(ASKED), done());
    }

    @Test
    void itWaitsForTheScriptsOfTheStateBeforeAndThatCounts() throws ConfigurationRefused {
        backup("beforeScript", "/before", "downScript", "/down");
        on.node.pass(4 * SECOND);
        done();
        on.node.script = call -> {
            on.node.script = next -> DONE;
            on.door().tell(Link.UP, "");
            on.node.pass(4 * SECOND);
            assertEquals(MASTER, state());
            on.node.pass(4 * SECOND);
            assertFalse(on.runner.snapshot().bound(), "down first");
            return DONE;
        };
        on.door().tell(Link.DOWN, "no carrier");
        on.node.settle();
        assertEquals(List.of("unbind", "/down eth0 10.0.0.100", ASKED, "bind", "register"), done());
    }

    @Test
    void anotherScriptThatHangsHoldsItUpForScriptTimeoutOnly() throws ConfigurationRefused {
        backup("beforeScript", "/before", "downScript", "/down");
        on.node.pass(4 * SECOND);
        on.node.script = call -> {
            on.node.script = next -> DONE;
            on.door().tell(Link.UP, "");
            on.node.pass(14 * SECOND);
            assertEquals(BACKUP, state(), "scripts that hang here may run better elsewhere");
            done();
            return DONE;
        };
        on.door().tell(Link.DOWN, "no carrier");
        on.node.settle();
        assertEquals(List.of(), done(), "who asked is no longer master");
    }

    @Test
    void anEditHoldsFromTheNextPromotion() throws ConfigurationRefused {
        backup("beforeScript", "/before");
        VirtualHostConfig edited = SteppedHost.config("beforeScript", "/other", "notifyScript", "/notify");
        on.onLoop(() -> on.runner.reconfigure(edited));
        on.node.pass(4 * SECOND);
        assertEquals(List.of("/other 7@eth0 MASTER", "bind"), done().subList(0, 2));
    }
}
