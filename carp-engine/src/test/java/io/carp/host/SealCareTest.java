// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Finding;
import io.carp.Reason;
import io.carp.config.ConfigurationRefused;
import io.carp.protocol.CarpStateMachine;
import io.carp.protocol.SealMarks.Kept;
import io.carp.protocol.SealMarks.Mark;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A virtual host with seals: what it remembers, and what it tells of others. */
class SealCareTest {
    private static final String KEY = "0123456789abcdef";
    private static final long SECOND = SteppedNode.SECOND;
    private static final InetAddress OTHER = address("10.0.0.2");

    private final SteppedHost on;
    private CarpStateMachine other = other("seal", "require", "sealKey", KEY);

    SealCareTest() throws ConfigurationRefused {
        on = new SteppedHost("seal", "require", "sealKey", KEY).open();
    }

    private static InetAddress address(String digits) {
        try {
            return InetAddress.getByName(digits);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A better master whose clock is right unless told otherwise. */
    private CarpStateMachine other(String... pairs) {
        try {
            var config = SteppedHost.config(pairs);
            var machine = new CarpStateMachine(config.settings(), config.digest(), 1);
            machine.source(false, OTHER);
            machine.start(Reason.INITIALIZATION_COMPLETE, 0);
            machine.takeOver(0);
            return machine;
        } catch (ConfigurationRefused e) {
            throw new IllegalArgumentException(e);
        }
    }

    private ByteBuffer said() {
        ByteBuffer packet = other.tick(other.deadline()).packet();
        byte[] bytes = new byte[packet.remaining()];
        packet.get(packet.position(), bytes);
        return ByteBuffer.wrap(bytes);
    }

    private void hears(ByteBuffer packet) {
        on.onLoop(() -> on.door().listener.received(OTHER, 255, packet));
    }

    private List<String> codes() {
        return on.runner.snapshot().findings().stream().map(Finding::code).toList();
    }

    private long count(String counter) {
        return on.runner.snapshot().counters().get(counter);
    }

    @Test
    void aNewSenderIsRememberedAtOnceAndWhatFollowsEveryTenSeconds() {
        int before = on.node.seals.times;
        hears(said());
        assertEquals(before + 1, on.node.seals.times);
        assertEquals(List.of(OTHER), senders());
        for (int i = 0; i < 5; i++) {
            hears(said());
        }
        assertEquals(before + 1, on.node.seals.times, "not each time");
        on.node.pass(10 * SECOND);
        assertEquals(before + 2, on.node.seals.times);
        assertEquals(6, count("ipackets"));
    }

    private List<InetAddress> senders() {
        return on.node.seals.of("7@eth0").marks().stream().map(Mark::sender).toList();
    }

    @Test
    void theEndIsRememberedAndTheNextStartIsANewEpoch() throws ConfigurationRefused {
        hears(said());
        hears(said());
        int before = on.node.seals.times;
        on.runner.close();
        on.node.pass(SECOND);
        assertEquals(before + 1, on.node.seals.times);
        Kept kept = on.node.seals.of("7@eth0");
        var again = new CarpStateMachine(
                SteppedHost.config().settings(), SteppedHost.config().digest(), 1);
        again.marks().recall(kept, 0);
        assertTrue(again.marks().kept().epoch() > kept.epoch());
    }

    @Test
    void withoutSealsNothingIsRemembered() throws ConfigurationRefused {
        SteppedHost without = new SteppedHost().master();
        assertEquals(0, without.node.seals.times);
    }

    @Test
    void whoIsNotHeardIsNamedWithTheProbableCause() throws ConfigurationRefused {
        other = other();
        for (int i = 0; i < 3; i++) {
            hears(said());
        }
        assertEquals(List.of("unsealed"), codes());
        assertTrue(on.findings.get(0).contains("10.0.0.2 advertises vhid 7 without a seal"), on.findings.get(0));
        assertEquals(0, count("ipackets"));
        assertEquals(3, count("unsealed"));
        other = other("seal", "require", "sealKey", "another key of 21 b".replace(' ', '-'));
        for (int i = 0; i < 3; i++) {
            hears(said());
        }
        assertEquals(List.of("unsealed", "badseal"), codes());
        assertTrue(on.findings.get(1).contains("its sealKey is another"), on.findings.get(1));
        on.node.pass(30 * SECOND);
        assertEquals(List.of(), codes(), "it is silent");
        assertEquals(CarpState.MASTER, on.runner.snapshot().state());
    }

    @Test
    void whatIsRepeatedIsNamed() {
        ByteBuffer old = said();
        hears(old.duplicate());
        for (int i = 0; i < 3; i++) {
            hears(old.duplicate());
        }
        assertEquals(List.of("replayed"), withoutClock());
        assertEquals(3, count("replayed"));
        assertEquals(1, count("ipackets"));
    }

    private List<String> withoutClock() {
        return codes().stream().filter(code -> !code.equals("clock")).toList();
    }

    @Test
    void whereNoneIsRequiredABadSealIsHeardAndToldAndNoneIsCounted() throws ConfigurationRefused {
        SteppedHost sends = new SteppedHost("seal", "send", "sealKey", KEY).open();
        other = other("seal", "send", "sealKey", "another-key-of-bytes");
        for (int i = 0; i < 3; i++) {
            ByteBuffer packet = said();
            sends.onLoop(() -> sends.door().listener.received(OTHER, 255, packet));
        }
        List<String> told =
                sends.runner.snapshot().findings().stream().map(Finding::code).toList();
        assertEquals(List.of("badseal"), told);
        assertTrue(sends.findings.get(0).endsWith("with seal = require it would not be heard"), sends.findings.get(0));
        assertEquals(3, sends.runner.snapshot().counters().get("ipackets"));
        other = other();
        for (int i = 0; i < 3; i++) {
            ByteBuffer packet = said();
            sends.onLoop(() -> sends.door().listener.received(OTHER, 255, packet));
        }
        assertEquals(3, sends.runner.snapshot().counters().get("unsealed"));
        assertEquals(1, sends.findings.size(), "others may be without one");
    }

    @Test
    void aClockThatIsFarOffIsADoubtUntilItIsRight() throws ConfigurationRefused {
        on.node.loop.setClock(Duration.ZERO);
        hears(said());
        assertEquals(List.of(), codes());
        on.node.loop.setClock(Duration.ofMinutes(-61));
        hears(said());
        assertEquals(List.of("clock"), codes());
        assertTrue(
                on.findings.get(0).contains("10.0.0.2 is 61 minutes ahead of the clock of this node"),
                on.findings.get(0));
        hears(said());
        assertEquals(1, on.findings.size(), "said once");
        on.node.loop.setClock(Duration.ofMinutes(61));
        hears(said());
        assertEquals(List.of("clock"), codes(), "and never refused, for it is known");
        on.node.loop.setClock(Duration.ZERO);
        hears(said());
        assertEquals(List.of(), codes());
        assertEquals(5, count("ipackets"));
    }
}
