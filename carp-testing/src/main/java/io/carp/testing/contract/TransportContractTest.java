// SPDX-License-Identifier: Apache-2.0
package io.carp.testing.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.net.StandardProtocolFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every transport does, as two nodes of one link see it. The author of one extends this class. Each node has a
 * loop of its own; {@link PlainLoop} is enough unless file descriptors have to be watched.
 */
public abstract class TransportContractTest {
    /**
     * One node of the link.
     *
     * @param networkInterface the interface that the transport is told to use
     */
    public record Node(Loop loop, Transport transport, String networkInterface) {}

    private final List<Recorder> open = new ArrayList<>();

    /** The node that mostly sends; the same whenever it is asked for within a test. */
    protected abstract Node left();

    /** The node that mostly receives; the same whenever it is asked for within a test. */
    protected abstract Node right();

    /** The TTL that packets arrive with; -1 if the transport has none. */
    protected abstract int ttl();

    /** Closes the nodes, if they were made for one test. The ports are closed by then. */
    protected void closeNodes() {}

    /** Opens a port, which is closed at the end of the test. */
    protected final Recorder open(Node node, StandardProtocolFamily family, int vhid) {
        var recorder = new Recorder(node.loop(), node.transport(), node.networkInterface(), family, vhid);
        open.add(recorder);
        return recorder;
    }

    private Recorder up(Node node, int vhid) throws InterruptedException {
        var recorder = open(node, StandardProtocolFamily.INET, vhid);
        recorder.await(Transport.Link.UP);
        return recorder;
    }

    @AfterEach
    final void closePorts() {
        open.forEach(Recorder::close);
        closeNodes();
    }

    @Test
    final void whatOneSendsTheOtherReceives() throws Exception {
        var from = up(left(), 7);
        var to = up(right(), 7);

        assertEquals(0, from.send(Recorder.advertisement(7)));

        var packet = to.packet();
        assertArrayEquals(Recorder.advertisement(7), packet.bytes());
        assertEquals(from.ask(Transport.Port::source), packet.source());
        assertEquals(ttl(), packet.ttl());
        assertEquals(0, from.waiting(), "nobody hears himself");
    }

    @Test
    final void virtualHostsShareALinkAndEachHearsItsOwnVhid() throws Exception {
        var from = up(left(), 1);
        var one = up(right(), 1);
        var other = up(right(), 255);

        from.send(Recorder.advertisement(255));
        from.send(Recorder.advertisement(1));

        assertEquals((byte) 255, other.packet().bytes()[1]);
        assertEquals((byte) 1, one.packet().bytes()[1]);
        assertEquals(0, one.waiting() + other.waiting());
    }

    @Test
    final void whatNobodyClaimsIsCounted() throws Exception {
        var from = up(left(), 7);
        var to = up(right(), 7);

        from.send(Recorder.advertisement(8));
        from.send(Recorder.advertisement(0));
        from.send((byte) 0x21);
        from.send(Recorder.advertisement(7));

        to.packet();
        assertEquals(2L, to.ask(Transport.Port::badVhid));
        assertEquals(1L, to.ask(Transport.Port::badLength));
        assertEquals(0, to.waiting());
    }

    @Test
    final void aVhidIsOpenOnce() throws Exception {
        var first = up(right(), 7);
        var refused = assertThrows(IllegalStateException.class, () -> open(right(), StandardProtocolFamily.INET, 7));
        assertTrue(String.valueOf(refused.getMessage()).contains("vhid 7"), refused::toString);
        assertThrows(IllegalArgumentException.class, () -> open(right(), StandardProtocolFamily.INET, 0));
        assertThrows(IllegalArgumentException.class, () -> open(right(), StandardProtocolFamily.INET, 256));

        first.close();
        var second = up(right(), 7);
        first.close();

        up(left(), 7).send(Recorder.advertisement(7));
        assertEquals((byte) 7, second.packet().bytes()[1]);
        assertEquals(0, first.waiting());
    }

    @Test
    final void drainDeliversWhatHasArrivedWhileTheLoopWasBusy() throws Exception {
        var from = up(left(), 7);
        var to = up(right(), 7);
        var sent = new CountDownLatch(1);
        var answer = new CompletableFuture<Integer>();
        right().loop().execute(() -> {
            try {
                assertTrue(sent.await(20, TimeUnit.SECONDS));
                to.drainNow();
                answer.complete(to.waiting());
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });

        from.send(Recorder.advertisement(7));
        from.send(Recorder.advertisement(7));
        sent.countDown();

        assertEquals(2, answer.get(20, TimeUnit.SECONDS));
    }
}
