// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import io.carp.linux.Capabilities;
import io.carp.net.NettyLoop;
import io.carp.net.RawTransport;
import io.carp.spi.Delivery;
import io.carp.spi.Transport;
import io.carp.testing.contract.Recorder;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;

/** A program that prints what the raw transport says of an interface, sends one packet if it can, and ends. */
public final class RawNode {
    private RawNode() {}

    /** The argument is the interface. */
    public static void main(String[] arguments) throws Exception {
        System.out.println("CAP_NET_RAW " + Capabilities.CAP_NET_RAW.effective() + " CAP_NET_ADMIN "
                + Capabilities.CAP_NET_ADMIN.effective());
        var loop = new NettyLoop();
        var transport = new RawTransport(loop);
        var port = new Transport.Port[1];
        loop.execute(() -> port[0] = transport.open(
                Delivery.multicast(arguments[0], StandardProtocolFamily.INET, 7), new Transport.Listener() {
                    @Override
                    public void received(InetAddress source, int ttl, ByteBuffer packet) {}

                    @Override
                    public void link(Transport.Link link, String why) {
                        System.out.println(link + " " + why);
                        if (link == Transport.Link.UP) {
                            System.out.println("sent " + port[0].send(ByteBuffer.wrap(Recorder.advertisement(7))));
                        }
                        System.exit(0);
                    }
                }));
        Thread.sleep(20_000);
        System.out.println("told nothing");
        System.exit(1);
    }
}
