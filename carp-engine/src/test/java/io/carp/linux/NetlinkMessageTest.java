// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are, nothing throws, and what is whole is read. */
class NetlinkMessageTest {
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;
    private static final int SEEDS = 20_000;

    @Test
    void aDatagramOfTheKernelIsReadAsAWhole() throws Exception {
        var datagram = NetlinkMessage.read(ByteBuffer.wrap(sample()).order(ByteOrder.nativeOrder()));
        assertTrue(datagram.whole());
        assertEquals(5, datagram.messages().size());
        var four = datagram.messages().get(0).address();
        assertEquals(InetAddress.getByName("10.1.0.100"), four.local());
        assertEquals(0x70, four.proto());
        assertNull(datagram.messages().get(0).link());
        assertEquals(
                InetAddress.getByName("fd00::100"),
                datagram.messages().get(1).address().local());
        assertTrue(datagram.messages().get(1).isDeletion());
        var link = datagram.messages().get(2).link();
        assertEquals("carp7.eth0", link.name());
        assertEquals("macvlan", link.kind());
        assertEquals(3, link.parent());
        assertEquals(9, link.master());
        assertEquals("vrf", link.masterKind());
        assertFalse(link.isPort(), "in a VRF the addresses of an interface go on");
        assertEquals(List.of("vip0", "vip1"), link.alternativeNames());
        assertEquals(LibC.EPERM, datagram.messages().get(3).error());
        assertTrue(datagram.messages().get(4).isEnd());
        assertTrue(datagram.messages().get(4).isInterrupted());
        assertEquals(0, datagram.messages().get(4).error());
    }

    @Test
    void aTruncatedDatagramIsNotWhole() throws Exception {
        byte[] sample = sample();
        int whole = 0;
        for (int length = 0; length < sample.length; length++) {
            var datagram = read(Arrays.copyOf(sample, length), "cut at " + length);
            whole += datagram.whole() ? 1 : 0;
        }
        assertEquals(5, whole, "nothing, and what ends with one of the first four messages");
    }

    @Test
    void noLengthIsBelieved() {
        for (int length : new int[] {0, 1, 15, 17, 4096, Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -16}) {
            var bytes = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putInt(length);
            assertFalse(read(bytes.array(), "length " + length).whole());
        }
        assertEquals(LibC.EBADMSG, message(NLMSG_ERROR, new byte[3]).error());
        assertEquals(0, message(NLMSG_DONE, new byte[3]).error());
        assertEquals(LibC.EPERM, message(NLMSG_DONE, attribute(-LibC.EPERM)).error());
    }

    @Test
    void anAttributeThatIsTooShortIsAsIfItWereNotThere() {
        // struct ifaddrmsg, IFA_LOCAL, then the attribute with a value of no length
        for (int type = 0; type < 16; type++) {
            var in = payload(40)
                    .put((byte) LibC.AF_INET)
                    .put((byte) 24)
                    .putShort((short) 0)
                    .putInt(3);
            in.putShort((short) 8).putShort((short) 2).put(new byte[] {10, 0, 0, 1});
            in.putShort((short) 4).putShort((short) type).flip();
            var address = AddressMessage.decode(in);
            assertNotNull(address, "attribute " + type);
            assertEquals(0, address.proto());
        }
        for (int type = 0; type < 64; type++) {
            var in = payload(40).putInt(0).putInt(3).putLong(0);
            in.putShort((short) 4).putShort((short) type).flip();
            assertNotNull(LinkMessage.decode(in), "attribute " + type);
        }
    }

    @Test
    void anAddressIsOfTheLengthOfItsFamily() throws Exception {
        assertNull(AddressMessage.decode(address(LibC.AF_INET, 24, new byte[16])));
        assertNull(AddressMessage.decode(address(LibC.AF_INET6, 64, new byte[4])));
        assertNull(AddressMessage.decode(address(LibC.AF_INET, 24, new byte[5])));
        assertNull(AddressMessage.decode(address(LibC.AF_INET, 33, new byte[4])));
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        assertEquals(
                16,
                AddressMessage.decode(address(LibC.AF_INET6, 128, mapped))
                        .local()
                        .getAddress()
                        .length);
    }

    @Test
    void randomBytesAreNoReasonToThrow() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length >= 8 && random.nextBoolean()) {
                // This length and type let the reading get further.
                var type = new int[] {2, 3, 16, 17, 20, 21}[random.nextInt(6)];
                ByteBuffer.wrap(bytes)
                        .order(ByteOrder.nativeOrder())
                        .putInt(random.nextInt(bytes.length + 1))
                        .putShort((short) type);
            }
            read(bytes, "seed " + seed);
        }
    }

    @Test
    void changedBytesAreNoReasonToThrow() throws Exception {
        byte[] sample = sample();
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            byte[] bytes = Arrays.copyOf(sample, sample.length - random.nextInt(4) * random.nextInt(20));
            for (int n = random.nextInt(6); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(24) : random.nextInt());
            }
            read(bytes, "seed " + seed);
        }
    }

    /** Reads everything that can be read. */
    private static NetlinkMessage.Datagram read(byte[] bytes, String what) {
        try {
            var datagram = NetlinkMessage.read(ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
            for (var message : datagram.messages()) {
                message.error();
                message.address();
                message.link();
            }
            return datagram;
        } catch (RuntimeException e) {
            throw new AssertionError(what, e);
        }
    }

    private static byte[] sample() throws Exception {
        var out = ByteBuffer.allocate(1024).order(ByteOrder.nativeOrder());
        int at = begin(out, NetlinkMessage.RTM_NEWADDR, 0);
        new AddressMessage(3, InetAddress.getByName("10.1.0.100"), 24, 0, 0x70, "eth0:w", 2, 2).encode(out);
        end(out, at);
        at = begin(out, NetlinkMessage.RTM_DELADDR, 0);
        new AddressMessage(3, InetAddress.getByName("fd00::100"), 128, 0x202, 0x70, null, 2, 0).encode(out);
        end(out, at);
        at = begin(out, NetlinkMessage.RTM_NEWLINK, 0);
        out.putInt(LibC.AF_UNSPEC).putInt(7).putInt(LinkMessage.IFF_UP).putInt(0);
        Attributes.put(out, LinkMessage.IFLA_IFNAME, "carp7.eth0\0".getBytes("US-ASCII"));
        Attributes.putInt(out, 5, 3);
        int info = Attributes.begin(out, 18);
        Attributes.put(out, 1, "macvlan\0".getBytes("US-ASCII"));
        Attributes.put(out, 4, "vrf\0".getBytes("US-ASCII"));
        Attributes.end(out, info);
        Attributes.putInt(out, LinkMessage.IFLA_MASTER, 9);
        int names = Attributes.begin(out, 52);
        Attributes.put(out, 53, "vip0\0".getBytes("US-ASCII"));
        Attributes.put(out, 53, "vip1\0".getBytes("US-ASCII"));
        Attributes.end(out, names);
        end(out, at);
        at = begin(out, NLMSG_ERROR, 0);
        out.putInt(-LibC.EPERM);
        end(out, at);
        at = begin(out, NLMSG_DONE, 0x10);
        out.putInt(0);
        end(out, at);
        return Arrays.copyOf(out.array(), out.position());
    }

    private static int begin(ByteBuffer out, int type, int flags) {
        int at = out.position();
        out.putInt(0).putShort((short) type).putShort((short) flags).putInt(1).putInt(0);
        return at;
    }

    private static void end(ByteBuffer out, int begun) {
        out.putInt(begun, out.position() - begun);
    }

    private static NetlinkMessage message(int type, byte[] payload) {
        return new NetlinkMessage(type, 0, 1, 0, ByteBuffer.wrap(payload).order(ByteOrder.nativeOrder()));
    }

    private static byte[] attribute(int number) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(number)
                .array();
    }

    private static ByteBuffer address(int family, int prefixLength, byte[] local) {
        var out = payload(64)
                .put((byte) family)
                .put((byte) prefixLength)
                .putShort((short) 0)
                .putInt(3);
        Attributes.put(out, 2, local);
        return out.flip();
    }

    private static ByteBuffer payload(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    }
}
