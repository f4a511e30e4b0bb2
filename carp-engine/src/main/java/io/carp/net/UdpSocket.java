// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.spi.Loop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A UDP socket that delivers on the loop. A thread of its own, {@code carp-udp}, waits for packets, since the loop may
 * be unable to wait for this channel. The loop itself reads them, so that a drain finds everything. Loop thread only.
 */
final class UdpSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UdpSocket.class);
    private static final int PACKET_LENGTH = 2048;
    /** How many packets are read before other work gets its turn on the loop. */
    private static final int BURST = 64;
    /** A bound for a drain, against a flood. */
    private static final int ALL = 1024;

    private static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
    // The number of Linux, since Java does not tell the real one.
    private static final int EIO = 5;

    /** Gets each packet, which is valid during the call only. */
    interface Receiver {
        void received(InetAddress source, ByteBuffer packet);
    }

    private final Loop loop;
    private final Receiver receiver;
    private final MultiThreadIoEventLoopGroup group = NettyLoop.enduring("carp-udp", NioIoHandler.newFactory());
    private final IoEventLoop selector = group.next();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(PACKET_LENGTH);
    /** Waits again for packets, should the word to do so have been lost for want of memory. */
    private final Loop.Timer beat;

    private @Nullable Reader reader;
    private boolean reading;

    UdpSocket(Loop loop, Receiver receiver) {
        this.loop = loop;
        this.receiver = receiver;
        this.beat = loop.timer(this::beat);
    }

    private void beat() {
        if (reader != null) {
            beat.at(loop.nanoTime() + BEAT_NANOS);
            reader.resumeLater();
        }
    }

    boolean isBound() {
        return reader != null;
    }

    /**
     * Begins to listen.
     *
     * @throws IOException if the port is in use or the address is not one of this machine
     */
    void bind(@Nullable InetAddress address, int port) throws IOException {
        var channel = address instanceof Inet4Address
                ? DatagramChannel.open(StandardProtocolFamily.INET)
                : DatagramChannel.open();
        try {
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        var bound = new Reader(channel);
        reader = bound;
        beat();
        selector.register(bound).addListener(bound::registered);
    }

    /** Stops listening, if it was listening. */
    void unbind() {
        if (reader != null) {
            selector.execute(reader::end);
            reader = null;
        }
    }

    /** Sends the bytes between position and limit, which stay as they are; returns 0 or an error number. */
    int send(ByteBuffer packet, InetSocketAddress peer) {
        int start = packet.position();
        try {
            return reader != null && reader.channel.send(packet, peer) > 0 ? 0 : EIO;
        } catch (IOException | UnsupportedAddressTypeException e) {
            debug("Sending to " + peer + " failed", e);
            return EIO;
        } finally {
            packet.position(start);
        }
    }

    private static void debug(String what, Exception why) {
        if (LOG.isDebugEnabled()) {
            LoopLog.write(() -> LOG.debug(what, why));
        }
    }

    /** Looks at the network of this machine, and hands it over on the loop a moment later. */
    void look(Consumer<LocalNetwork> then) {
        if (!group.isShuttingDown()) {
            selector.execute(() -> {
                var found = LocalNetwork.look();
                loop.execute(() -> then.accept(found));
            });
        }
    }

    /** Delivers now whatever has arrived. */
    void drain() {
        read(ALL);
    }

    private void read(int most) {
        var from = reader;
        if (reading || from == null) {
            // This call comes from inside a delivery, and reading would overwrite the packet that is being delivered.
            return;
        }
        reading = true;
        try {
            for (int n = 0; n < most && from == reader; n++) {
                buffer.clear();
                if (!(from.channel.receive(buffer) instanceof InetSocketAddress sender)) {
                    return;
                }
                receiver.received(sender.getAddress(), buffer.flip());
            }
        } catch (IOException e) {
            debug("Reading UDP failed", e);
        } finally {
            reading = false;
        }
    }

    /** Ends the thread, and with it the socket. */
    @Override
    public void close() {
        reader = null;
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private final class Reader extends NioSelectableChannelIoHandle<DatagramChannel> {
        private final DatagramChannel channel;
        private @Nullable IoRegistration registration;

        Reader(DatagramChannel channel) {
            super(channel);
            this.channel = channel;
        }

        void registered(Future<? super IoRegistration> result) {
            if (result.isSuccess() && result.getNow() instanceof IoRegistration done) {
                registration = done;
                resume();
            } else {
                LoopLog.write(() -> LOG.error("Cannot wait for UDP packets", result.cause()));
            }
        }

        private void resume() {
            if (registration != null && registration.isValid()) {
                registration.submit(NioIoOps.READ);
            }
        }

        @Override
        protected void handle(DatagramChannel ready, SelectionKey key) {
            // The channel is not to be told as ready again until the loop has read.
            key.interestOps(0);
            loop.execute(() -> {
                if (reader == this) {
                    try {
                        read(BURST);
                    } finally {
                        resumeLater();
                    }
                }
            });
        }

        private void resumeLater() {
            if (reader == this) {
                selector.execute(this::resume);
            }
        }

        void end() {
            if (registration != null) {
                registration.cancel();
            }
            close();
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                debug("Closing UDP failed", e);
            }
        }
    }
}
