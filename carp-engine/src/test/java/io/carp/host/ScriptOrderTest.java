// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.CarpState.BACKUP;
import static io.carp.CarpState.MASTER;
import static io.carp.host.SteppedNode.DONE;
import static io.carp.host.SteppedNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Reason;
import io.carp.config.ConfigurationRefused;
import io.carp.config.VirtualHostConfig;
import io.carp.script.ScriptCall;
import io.carp.script.ScriptResult;
import io.carp.spi.Transport.Link;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which scripts are run, when, in which order, and with what. */
class ScriptOrderTest {
    private static final String UP = "/up eth0 10.0.0.100";
    private static final String DOWN = "/down eth0 10.0.0.100";
    private static final String TOLD_INIT = "/notify 7@eth0 INIT";
    private static final String TOLD_BACKUP = "/notify 7@eth0 BACKUP";
    private static final String TOLD_MASTER = "/notify 7@eth0 MASTER";

    private SteppedHost on;

    @AfterEach
    void scripts() {
        on.node.check();
    }

    /** A host with up, down and notify script and these settings. */
    static String[] with(String... pairs) {
        List<String> all =
                new ArrayList<>(List.of("upScript", "/up", "downScript", "/down", "notifyScript", "/notify"));
        all.addAll(Arrays.asList(pairs));
        return all.toArray(String[]::new);
    }

    private void host(String... pairs) throws ConfigurationRefused {
        on = new SteppedHost(with(pairs));
    }

    /** The scripts that ran and the addresses that were bound or unbound since the last call. */
    private List<String> done() {
        return on.node.diary().stream()
                .filter(entry -> entry.startsWith("/") || entry.endsWith("bind"))
                .toList();
    }

    private void edit(String... pairs) throws ConfigurationRefused {
        VirtualHostConfig edited = SteppedHost.config(with(pairs));
        on.onLoop(() -> on.runner.reconfigure(edited));
    }

    private void flap() {
        on.door().tell(Link.DOWN, "no carrier");
        on.door().tell(Link.UP, "");
    }

    private void close() {
        on.onLoop(() -> on.runner.close());
        on.letGo();
    }

    @Test
    void fromTheStartToTheEnd() throws ConfigurationRefused {
        host("beforeScript", "/before");
        on.open();
        assertEquals(List.of(DOWN, TOLD_BACKUP), done(), "as ucarp at its start, and devd at boot");
        on.node.pass(4 * SECOND);
        assertEquals(List.of("/before 7@eth0 MASTER", "bind", UP, TOLD_MASTER), done());
        close();
        assertEquals(List.of(DOWN, "unbind", TOLD_INIT), done(), "down while we still have the address");
    }

    @Test
    void aLostMastershipReleasesItsAddressFirst() throws ConfigurationRefused {
        host();
        on.master();
        done();
        flap();
        assertEquals(List.of("unbind", DOWN, TOLD_INIT, TOLD_BACKUP), done(), "nothing is taken down twice");
    }

    @Test
    void aNeutralStartRunsNothing() throws ConfigurationRefused {
        host("neutral", "true");
        on.open();
        assertEquals(List.of(), done());
        flap();
        assertEquals(List.of(TOLD_INIT, TOLD_BACKUP), done(), "not the start, and nothing is up");
        on.node.pass(4 * SECOND);
        assertEquals(List.of("bind", UP, TOLD_MASTER), done());
    }

    @Test
    void theEnvironment() throws ConfigurationRefused {
        host("virtualIps", "10.0.0.100/24", "xparam", "blue", "pass", "geheim");
        on.master();
        ScriptCall up = on.node.calls.get(2);
        assertEquals(List.of("/up", "eth0", "10.0.0.100", "blue"), up.command());
        Map<String, String> expected = Map.of(
                "CARP_NAME", "web",
                "CARP_VHID", "7",
                "CARP_INTERFACE", "eth0",
                "CARP_STATE", "MASTER",
                "CARP_PREVIOUS_STATE", "BACKUP",
                "CARP_REASON", "master timed out",
                "CARP_PREFIX_LENGTH", "24");
        assertEquals(expected, up.environment());
        ScriptCall told = on.node.calls.get(1);
        assertEquals(List.of("/notify", "7@eth0", "BACKUP"), told.command());
        assertEquals("initialization complete", told.environment().get("CARP_REASON"));
        assertEquals("INIT", told.environment().get("CARP_PREVIOUS_STATE"));
        assertEquals(10_000, told.timeoutMillis());
        on.onLoop(() -> on.runner.stepDown(Reason.USER_REQUEST));
        ScriptCall down = on.node.calls.get(4);
        assertEquals(List.of("/down", "eth0", "10.0.0.100", "blue"), down.command());
        assertEquals("BACKUP", down.environment().get("CARP_STATE"), "what it is about to be");
        assertEquals("MASTER", down.environment().get("CARP_PREVIOUS_STATE"));
        assertEquals("user requested", down.environment().get("CARP_REASON"));
        assertFalse(on.node.calls.toString().contains("geheim"));
    }

    // --- past states are left out, but a mastership that began also ends

    @Test
    void aMastershipWhoseUpScriptWasBegunHasItsEndBeforeTheNext() throws ConfigurationRefused {
        host();
        on.open();
        done();
        on.node.script = call -> {
            on.node.script = next -> DONE;
            for (int i = 0; i < 5; i++) {
                flap();
                on.node.pass(4 * SECOND);
                assertEquals(MASTER, on.runner.snapshot().state(), "nobody waits for the script");
            }
            done();
            return DONE;
        };
        on.node.pass(4 * SECOND);
        assertEquals(List.of(DOWN, UP, TOLD_MASTER), done(), "once, and not for each of the five");
    }

    @Test
    void aMasterThatWasToldIsToldOfTheEndBeforeTheNext() throws ConfigurationRefused {
        host();
        on.open();
        on.node.script = call -> {
            if (call.toString().equals(TOLD_MASTER)) {
                on.node.script = next -> DONE;
                flap();
                on.node.pass(4 * SECOND);
                done();
            }
            return DONE;
        };
        on.node.pass(4 * SECOND);
        assertEquals(List.of(DOWN, TOLD_BACKUP, UP, TOLD_MASTER), done());
    }

    @Test
    void aMastershipForWhichNothingWasBegunLeavesNoTrace() throws ConfigurationRefused {
        host();
        on.master();
        on.node.script = call -> {
            on.node.script = next -> DONE;
            on.door().tell(Link.UP, "");
            on.node.pass(4 * SECOND);
            assertEquals(MASTER, on.runner.snapshot().state());
            flap();
            done();
            return DONE;
        };
        on.door().tell(Link.DOWN, "no carrier");
        on.node.settle();
        assertEquals(List.of(TOLD_BACKUP), done());
    }

    @Test
    void addressesThatWereNotBegunAreNotTakenDown() throws ConfigurationRefused {
        host("virtualIps", "10.0.0.1, 10.0.0.2, 10.0.0.3");
        on.open();
        done();
        on.node.script = call -> {
            on.node.script = next -> DONE;
            on.door().tell(Link.DOWN, "no carrier");
            return DONE;
        };
        on.node.pass(4 * SECOND);
        assertEquals(List.of("bind", "/up eth0 10.0.0.1", "unbind", "/down eth0 10.0.0.1", TOLD_INIT), done());
    }

    // --- giving up

    @Test
    void aDownScriptThatHangsHoldsUpAGiveUpForHookTimeoutOnly() throws ConfigurationRefused {
        host();
        on.master();
        on.node.script = call -> {
            on.node.script = next -> DONE;
            int sent = on.sent;
            on.node.pass(5 * SECOND - SECOND / 10);
            assertEquals(MASTER, on.runner.snapshot().state());
            assertTrue(on.runner.snapshot().bound(), "it may still need the address");
            assertTrue(on.sent >= sent + 4, "and we go on advertising");
            on.node.pass(SECOND / 5);
            assertEquals(BACKUP, on.runner.snapshot().state());
            assertFalse(on.runner.snapshot().bound());
            done();
            return new ScriptResult(0, true, "");
        };
        on.onLoop(() -> on.runner.stepDown(Reason.USER_REQUEST));
        on.node.settle();
        assertEquals(List.of(TOLD_BACKUP), done());
    }

    @Test
    void theEndIsToldBeforeTheEndIsComplete() throws ConfigurationRefused {
        host();
        on.master();
        on.node.script = call -> {
            assertFalse(on.runner.whenTold().isDone());
            return DONE;
        };
        close();
        assertTrue(done().contains(TOLD_INIT));
        var told = on.runner.whenTold();
        on.node.settle();
        assertTrue(told.isDone());
    }

    // --- live edits

    @Test
    void anEditHoldsFromTheNextRunAndCostsNothing() throws ConfigurationRefused {
        host();
        on.master();
        done();
        List<String> events = List.copyOf(on.events);
        edit("upScript", "/up2", "downScript", "/down2", "notifyScript", "", "xparam", "x", "scriptTimeout", "3");
        on.node.pass(SECOND);
        assertEquals(List.of(), done());
        assertEquals(events, on.events, "no transition");
        flap();
        on.node.pass(4 * SECOND);
        assertEquals(List.of("unbind", "/down2 eth0 10.0.0.100 x", "bind", "/up2 eth0 10.0.0.100 x"), done());
        assertEquals(3000, on.node.calls.get(on.node.calls.size() - 1).timeoutMillis());
    }

    @Test
    void theFirstScriptsOfAMasterBeginWithItsEnd() throws ConfigurationRefused {
        on = new SteppedHost().master();
        edit();
        on.node.pass(SECOND);
        assertEquals(List.of("bind"), done());
        flap();
        assertEquals(List.of("unbind", DOWN, TOLD_INIT, TOLD_BACKUP), done());
        edit("upScript", "", "downScript", "", "notifyScript", "");
        on.node.pass(4 * SECOND);
        assertEquals(List.of("bind"), done());
        edit();
        on.onLoop(() -> on.runner.stepDown(Reason.USER_REQUEST));
        on.letGo();
        assertEquals(List.of(DOWN, "unbind", TOLD_BACKUP), done());
    }

    @Test
    void addressesThatComeAndGoUnderAMasterHaveTheirScripts() throws ConfigurationRefused {
        host("virtualIps", "10.0.0.1, 10.0.0.2");
        on.master();
        done();
        edit("virtualIps", "10.0.0.2, 10.0.0.3");
        assertEquals(List.of("/down eth0 10.0.0.1", "/up eth0 10.0.0.3"), done());
        assertEquals(MASTER, on.runner.snapshot().state());
    }

    // --- a binder that runs up and down itself

    @Test
    void whatTheBinderRunsIsNotRunTwice() throws ConfigurationRefused {
        host("binder.target", "(carp.binder=script)");
        on.master();
        close();
        assertEquals(List.of(TOLD_BACKUP, "bind", TOLD_MASTER, "unbind", TOLD_INIT), done());
        assertEquals(List.of("BACKUP -> MASTER (master timed out)", "MASTER -> INIT (stopped)"), on.occasions);
    }
}
