// SPDX-License-Identifier: Apache-2.0
package io.carp.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.carp.spi.Delivery;
import io.carp.spi.Loop;
import io.carp.spi.Transport;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A virtual host that only writes down what its port tells it. Any thread but the loop's may call. */
public final class Recorder implements Transport.Listener {
    /** One packet as it arrived. */
    public record Packet(InetAddress source, int ttl, byte[] bytes) {}

    private record Told(Transport.Link link, String why) {}

    private static final int PATIENCE_SECONDS = 20;

    private final Loop loop;
    private final Transport.Port port;
    private final BlockingQueue<Packet> packets = new LinkedBlockingQueue<>();
    private final BlockingQueue<Told> links = new LinkedBlockingQueue<>();
    private final AtomicInteger wrongPeers = new AtomicInteger();
    private volatile boolean opened;
    private volatile boolean calledTooEarly;
    private volatile boolean calledOffLoop;
    private volatile String last = "told nothing";

    /** Opens a port on the loop. */
    public Recorder(Loop loop, Transport transport, String networkInterface, StandardProtocolFamily family, int vhid) {
        this(loop, transport, Delivery.multicast(networkInterface, family, vhid));
    }

    /** The same with all its settings. */
    public Recorder(Loop loop, Transport transport, Delivery delivery) {
        this.loop = loop;
        this.port = on(loop, () -> {
            var result = transport.open(delivery, this);
            opened = true;
            return result;
        });
    }

    @Override
    public void received(InetAddress source, int ttl, ByteBuffer packet) {
        called();
        var bytes = new byte[packet.remaining()];
        packet.get(bytes);
        packets.add(new Packet(source, ttl, bytes));
    }

    @Override
    public void wrongPeer(InetAddress source) {
        called();
        wrongPeers.incrementAndGet();
    }

    /** How many packets were not for it. */
    public int wrongPeers() {
        return wrongPeers.get();
    }

    @Override
    public void link(Transport.Link link, String why) {
        called();
        last = link + " " + why;
        links.add(new Told(link, why));
    }

    private void called() {
        calledTooEarly |= !opened;
        calledOffLoop |= !loop.inLoop();
    }

    /** Waits until the port tells this state of the link, and returns the reason. */
    public String await(Transport.Link link) throws InterruptedException {
        while (true) {
            var told = links.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (told == null) {
                throw new AssertionError("never told " + link + "; last: " + last);
            }
            if (told.link == link) {
                return told.why;
            }
        }
    }

    /** Waits until the port tells this state of the link for this reason; other reasons may come first. */
    public void await(Transport.Link link, String why) throws InterruptedException {
        for (var told = await(link); !told.equals(why); ) {
            told = await(link);
        }
    }

    /** Waits for the next packet. */
    public Packet packet() throws InterruptedException {
        var packet = packets.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (packet == null) {
            throw new AssertionError("no packet; link: " + last);
        }
        return packet;
    }

    /** How many packets are here that the test has not asked for yet. */
    public int waiting() {
        return packets.size();
    }

    /** Sends, and returns the error number. Fails if sending moved the buffer's position or limit. */
    public int send(byte... bytes) {
        return on(loop, () -> {
            var packet =
                    ByteBuffer.allocate(bytes.length + 9).position(5).put(bytes).limit(5 + bytes.length);
            int errno = port.send(packet.position(5));
            assertEquals(5, packet.position());
            assertEquals(5 + bytes.length, packet.limit());
            return errno;
        });
    }

    /** Asks the port on the loop. */
    public <T> T ask(Function<Transport.Port, T> question) {
        return on(loop, () -> question.apply(port));
    }

    /** Drains the port. Call this on the loop. */
    public void drainNow() {
        port.drain();
    }

    /** Closes the port; fails if the listener was ever called on a wrong thread, or before it was open. */
    public void close() {
        on(loop, () -> {
            port.close();
            return true;
        });
        assertEquals("false false", calledTooEarly + " " + calledOffLoop, "called too early, called off the loop");
    }

    /** Does the work on the loop and waits for it. */
    public static <T> T on(Loop loop, Callable<T> work) {
        var result = new CompletableFuture<T>();
        loop.execute(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** A packet of that vhid: 36 bytes, each different. */
    public static byte[] advertisement(int vhid) {
        var bytes = new byte[36];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        bytes[1] = (byte) vhid;
        return bytes;
    }
}
