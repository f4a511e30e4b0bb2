// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The attributes behind a netlink message: length, type and value, each beginning at a multiple of four. */
final class Attributes {
    private static final int HEADER = 4;
    /** NLA_TYPE_MASK. The two bits above it say how the value is written, not what it is. */
    private static final int TYPE_MASK = 0x3fff;

    record Attribute(int type, byte[] value) {}

    private Attributes() {}

    static void put(ByteBuffer out, int type, byte[] value) {
        out.putShort((short) (HEADER + value.length)).putShort((short) type).put(value);
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
    }

    static void putInt(ByteBuffer out, int type, int value) {
        out.putShort((short) (HEADER + 4)).putShort((short) type).putInt(value);
    }

    /** Begins an attribute that holds others. Returns where it begins, for {@link #end}. */
    static int begin(ByteBuffer out, int type) {
        int at = out.position();
        out.putShort((short) 0).putShort((short) type);
        return at;
    }

    /** Ends the attribute that was begun there. */
    static void end(ByteBuffer out, int begun) {
        out.putShort(begun, (short) (out.position() - begun));
    }

    /** Reads the attributes from an index up to the limit; a truncated one ends the list. */
    static List<Attribute> read(ByteBuffer in, int from) {
        var all = new ArrayList<Attribute>();
        int at = from;
        while (at + HEADER <= in.limit()) {
            int length = in.getShort(at) & 0xffff;
            if (length < HEADER || at + length > in.limit()) {
                break;
            }
            byte[] value = new byte[length - HEADER];
            in.get(at + HEADER, value);
            all.add(new Attribute(in.getShort(at + 2) & TYPE_MASK, value));
            at += (length + 3) & ~3;
        }
        return all;
    }

    static String text(byte[] value) {
        int end = value.length;
        while (end > 0 && value[end - 1] == 0) {
            end--;
        }
        return new String(value, 0, end, StandardCharsets.US_ASCII);
    }
}
