// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams as a kernel might send them, of any bytes. Nothing throws, what is read lies within the datagram, and what
 * lies behind it has no say. An input is a datagram of a little-endian machine.
 */
public class NetlinkFuzzTest {
    private static final int BEHIND = 64;
    private static final int NLMSG_ERROR = 2;
    private static final int NLMSG_DONE = 3;

    @FuzzTest(maxDuration = "5m")
    public void datagrams(byte[] input) throws SystemCallException {
        ByteBuffer in = before(input, (byte) 0);
        NetlinkMessage.Datagram datagram = NetlinkMessage.read(in);
        assertEquals(0, in.position());
        assertEquals(input.length, in.limit());

        List<NetlinkMessage> messages = datagram.messages();
        int end = 0;
        for (NetlinkMessage message : messages) {
            end = message(message, in, end);
        }
        boolean whole = end >= input.length;
        assertEquals(whole, datagram.whole(), "whole is what has no rest");
        if (!whole && input.length - end >= NetlinkMessage.HEADER) {
            long length = Integer.toUnsignedLong(in.getInt(end));
            assertTrue(length < NetlinkMessage.HEADER || end + length > input.length, "read as far as it makes sense");
        }
        assertEquals(
                told(messages),
                told(NetlinkMessage.read(before(input, (byte) -1)).messages()));
        notices(datagram);
    }

    /** Where the next one begins. */
    private static int message(NetlinkMessage message, ByteBuffer in, int at) {
        ByteBuffer payload = message.payload();
        byte[] bytes = Arrays.copyOfRange(in.array(), at + NetlinkMessage.HEADER, at + in.getInt(at));
        byte[] read = new byte[payload.remaining()];
        payload.get(payload.position(), read);
        assertArrayEquals(bytes, read, "the payload is what lies behind the header, to the length that it tells");
        assertEquals(in.getShort(at + 4) & 0xffff, message.type());
        assertEquals(in.getInt(at + 8), message.sequence());
        assertEquals(in.getInt(at + 12), message.portId());

        int position = payload.position();
        int limit = payload.limit();
        AddressMessage address = message.address();
        LinkMessage link = message.link();
        int error = message.error();
        assertEquals(position, payload.position());
        assertEquals(limit, payload.limit());
        assertTrue(address == null || link == null, "it is about one thing");
        assertTrue(error == 0 || message.type() == NLMSG_ERROR || message.type() == NLMSG_DONE);
        if (address != null) {
            address(address, bytes);
        }
        if (link != null) {
            link(link, bytes);
        }
        return at + ((in.getInt(at) + 3) & ~3);
    }

    /** What was read can be asked of the kernel again, and is read back as it was. */
    private static void address(AddressMessage address, byte[] payload) {
        int length = address.local().getAddress().length;
        assertEquals(length == 4, address.local() instanceof Inet4Address);
        assertTrue(address.prefixLength() >= 0 && address.prefixLength() <= 8 * length);
        assertTrue(address.proto() >= 0 && address.proto() <= 255);
        assertTrue(address.validSeconds() >= 0 && address.validSeconds() <= AddressMessage.INFINITY);
        assertTrue(address.preferredSeconds() >= 0 && address.preferredSeconds() <= AddressMessage.INFINITY);
        assertTrue(within(address.local().getAddress(), payload), "the address stood there");

        ByteBuffer out = ByteBuffer.allocate(payload.length + 128).order(ByteOrder.LITTLE_ENDIAN);
        AddressMessage plain = labelled(address, ascii(address.label()));
        plain.encode(out);
        AddressMessage again = AddressMessage.decode(out.flip());
        assertEquals(plain, again);
        out.clear();
        plain.encodeIdentity(out);
        AddressMessage identity = AddressMessage.decode(out.flip());
        assertNotNull(identity);
        assertEquals(address.local(), identity.local());
        assertEquals(address.ifindex(), identity.ifindex());
        assertEquals(address.prefixLength(), identity.prefixLength());
    }

    private static AddressMessage labelled(AddressMessage address, @Nullable String label) {
        return new AddressMessage(
                address.ifindex(),
                address.local(),
                address.prefixLength(),
                address.flags(),
                address.proto(),
                label,
                address.validSeconds(),
                address.preferredSeconds());
    }

    private static @Nullable String ascii(@Nullable String label) {
        return label == null ? null : label.replace('\ufffd', '?');
    }

    private static void link(LinkMessage link, byte[] payload) {
        assertTrue(within(link.hardwareAddress(), payload), "the hardware address stood there");
        List<String> texts = new ArrayList<>(link.alternativeNames());
        texts.addAll(List.of(link.name(), link.alias(), link.kind(), link.masterKind()));
        for (String text : texts) {
            assertTrue(text.length() <= payload.length);
            assertTrue(!text.endsWith("\0"), "the end of a C string is no part of it");
        }
        assertTrue(link.type() >= 0 && link.type() <= 0xffff);
        link.isPort();
        link.hasEthernetFrames();
    }

    /** Whoever listens is told each message once, in order, and that something is lost if the datagram is not whole. */
    private static void notices(NetlinkMessage.Datagram datagram) throws SystemCallException {
        List<NetlinkMessage> heard = new ArrayList<>();
        int[] lost = new int[1];
        RouteNotices.tell(datagram, new RouteNotices.Listener() {
            @Override
            public void message(NetlinkMessage message) {
                assertEquals(0, lost[0], "what is lost comes last");
                heard.add(message);
            }

            @Override
            public void lost() {
                lost[0]++;
            }
        });
        assertEquals(datagram.messages(), heard);
        assertEquals(datagram.whole() ? 0 : 1, lost[0]);
    }

    /** As in the buffer of the socket: behind what has arrived lies what arrived before. */
    private static ByteBuffer before(byte[] input, byte behind) {
        byte[] bytes = Arrays.copyOf(input, input.length + BEHIND);
        Arrays.fill(bytes, input.length, bytes.length, behind);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).limit(input.length);
    }

    private static List<String> told(List<NetlinkMessage> messages) {
        return messages.stream()
                .map(message -> message.type() + " " + message.flags() + " " + message.error() + " " + message.address()
                        + " " + said(message.link()))
                .toList();
    }

    private static String said(@Nullable LinkMessage link) {
        return link == null
                ? "no link"
                : link.name()
                        + link.parent()
                        + link.master()
                        + link.kind()
                        + link.alias()
                        + Arrays.toString(link.hardwareAddress());
    }

    private static boolean within(byte[] part, byte[] all) {
        for (int at = 0; at + part.length <= all.length; at++) {
            if (Arrays.equals(part, 0, part.length, all, at, at + part.length)) {
                return true;
            }
        }
        return part.length == 0;
    }
}
