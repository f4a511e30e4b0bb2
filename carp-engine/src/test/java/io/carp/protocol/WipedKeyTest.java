// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No key stays in memory for longer than it is needed. The test looks for it in every array that can be reached. */
class WipedKeyTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int OVERLAP = 60;
    private static final InetAddress PEER = Golden.address("10.0.0.2");

    private final AdvertisementDigest first = digest("first-secret");
    private final CarpStateMachine machine = new CarpStateMachine(settings(OVERLAP), first, 1);
    private long now = Long.MAX_VALUE - OVERLAP * SECOND; // The clock passes from the highest to the lowest number.

    private static Settings settings(int overlap) {
        return new Settings(7, 1, 0, false, 3, 0, overlap);
    }

    private static AdvertisementDigest digest(String pass) {
        return new AdvertisementDigest(7, bytes(pass), List.of(Golden.address("10.0.0.100")));
    }

    private void edit(AdvertisementDigest next) {
        machine.reconfigure(settings(OVERLAP), next, now);
    }

    @Test
    void theSearchFindsAKeyThatIsThere() {
        assertTrue(KeySearch.holds(machine, "first-secret"));
        assertFalse(KeySearch.holds(machine, "first-secreT"));
    }

    @Test
    void theKeyOfASealGoesWithItsDigest() {
        AdvertisementDigest former = sealed("first-key-of-the-seal");
        edit(former);
        edit(sealed("second-key-of-the-seal"));
        assertTrue(KeySearch.holds(machine, "first-key-of-the-seal"), "it is accepted still");
        now += OVERLAP * SECOND;
        machine.tick(now);
        assertFalse(KeySearch.holds(List.of(machine, former), "first-key-of-the-seal"));
        assertTrue(KeySearch.holds(machine, "second-key-of-the-seal"));
        machine.wipe();
        assertFalse(KeySearch.holds(machine, "second-key-of-the-seal"));
    }

    private static AdvertisementDigest sealed(String key) {
        List<InetAddress> addresses = List.of(Golden.address("10.0.0.100"));
        Seal seal = new Seal(Seal.Policy.SEND, 1, List.of(new SealKey(1, bytes(key))), addresses);
        return new AdvertisementDigest(7, bytes("secret"), addresses, DigestOrder.SORTED, null, seal);
    }

    @Test
    void aFormerKeyIsGoneWhenItsWindowIsOverWhateverTheState() {
        for (CarpState state : CarpState.values()) {
            AdvertisementDigest former = digest("former-secret");
            edit(former);
            now += 2 * OVERLAP * SECOND;
            machine.tick(now);
            if (state != CarpState.INIT) {
                machine.start(Reason.INITIALIZATION_COMPLETE, now);
            }
            if (state == CarpState.MASTER) {
                machine.takeOver(now);
            }
            assertEquals(state, machine.state());
            edit(digest("next-secret"));
            long end = now + OVERLAP * SECOND;
            while (now != end) {
                assertTrue(KeySearch.holds(former, "former-secret"), "it is accepted still");
                assertTrue(
                        machine.deadline() - end <= 0, "it wants to be woken when the window is over, if not before");
                now = machine.deadline();
                if (state == CarpState.BACKUP) {
                    machine.receive(PEER, 255, Packets.of(digest("next-secret"), 7, 1, 0, 42), now);
                }
                machine.tick(now);
                if (now == end) {
                    break;
                }
                assertEquals(state, machine.state());
            }
            assertFalse(KeySearch.holds(former, "former-secret"), state + ": it is wiped, and not only forgotten");
            assertFalse(KeySearch.holds(machine, "former-secret"));
            assertTrue(KeySearch.holds(machine, "next-secret"));
            assertTrue(state != CarpState.INIT || machine.deadline() == Step.NEVER, "there is nothing left to do");
        }
    }

    @Test
    void ofTwoThatAreAlikeTheNewerOneStays() {
        AdvertisementDigest same = digest("first-secret");
        assertFalse(machine.reconfigure(settings(OVERLAP), same, now).sends());
        assertFalse(KeySearch.holds(first, "first-secret"));
        assertTrue(KeySearch.holds(same, "first-secret"));
        edit(same);
        assertTrue(KeySearch.holds(same, "first-secret"), "handed over twice");
    }

    @Test
    void anEditAndItsUndoingLeaveOneOfEach() {
        machine.start(Reason.INITIALIZATION_COMPLETE, now);
        AdvertisementDigest slip = digest("slip");
        AdvertisementDigest again = digest("first-secret");
        edit(slip);
        edit(again);
        edit(digest("right"));
        assertTrue(KeySearch.holds(first, "first-secret"), "still sent");
        assertFalse(KeySearch.holds(again, "first-secret"), "it is in the window already");
        machine.takeOver(now);
        ByteBuffer sent = machine.stepDown(Reason.USER_REQUEST, now).packet();
        assertTrue(digest("first-secret").verify(sent));
        now += OVERLAP * SECOND;
        machine.tick(now);
        for (String gone : List.of("first-secret", "slip")) {
            assertFalse(KeySearch.holds(List.of(machine, first, slip, again), gone), gone);
        }
    }

    @Test
    void ofManyEditsTheOldestAreForgottenButWhatIsSentIsNot() {
        AdvertisementDigest slip = digest("slip");
        edit(slip);
        for (int i = 0; i < 20; i++) {
            edit(digest("another slip " + i));
        }
        assertFalse(KeySearch.holds(slip, "slip"));
        assertTrue(KeySearch.holds(machine, "first-secret"));
        machine.start(Reason.INITIALIZATION_COMPLETE, now);
        assertTrue(digest("first-secret").verify(machine.takeOver(now).packet()));
    }

    @Test
    void withoutAWindowItIsGoneAtOnce() {
        machine.reconfigure(settings(0), digest("next-secret"), now);
        assertFalse(KeySearch.holds(first, "first-secret"));
    }

    @Test
    void theEndOfAVirtualHostLeavesNoKey() {
        AdvertisementDigest next = digest("next-secret");
        edit(next);
        machine.stop(Reason.STOPPED, now);
        machine.wipe();
        assertFalse(KeySearch.holds(List.of(machine, first), "first-secret"));
        assertFalse(KeySearch.holds(List.of(machine, next), "next-secret"));
        ByteBuffer packet = Packets.of(digest("next-secret"), 7, 1, 0, 42);
        assertEquals(
                Counters.Counter.badauth,
                machine.receive(PEER, 255, packet, now).refused());
        assertThrows(IllegalStateException.class, () -> next.sign(packet));
    }

    @Test
    void theKeyStaysTheCallers() {
        byte[] key = bytes("first-secret");
        AdvertisementDigest digest = new AdvertisementDigest(7, key, List.of());
        digest.wipe();
        assertArrayEquals(bytes("first-secret"), key);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
