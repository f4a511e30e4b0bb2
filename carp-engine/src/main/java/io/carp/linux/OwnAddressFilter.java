// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Keeps the kernel from telling a netlink socket of addresses that carry a mark (IFA_PROTO): whoever renews a thousand
 * leases a second would wake every listener of its own a thousand times. What is deleted is told all the same, and so is
 * what was asked for. A classic packet filter; where the kernel does not take it, everything is told as before.
 */
final class OwnAddressFilter {
    private static final int SO_ATTACH_FILTER = 26;
    private static final int NLM_F_MULTI = 0x2;
    private static final int TYPE = 4;
    private static final int FLAGS = 6;
    /** struct nlmsghdr and struct ifaddrmsg. */
    private static final int ATTRIBUTES = 24;

    private static final int IFA_PROTO = 11;
    private static final int NLA_HEADER = 4;
    /** SKF_AD_OFF + SKF_AD_NLATTR: where, from A on, the attribute X is; 0 if nowhere. */
    private static final int FIND_ATTRIBUTE = -0x1000 + 12;

    // Instructions of a classic filter.
    private static final int LOAD = 0x00;
    private static final int LOAD_X = 0x01;
    private static final int LOAD_HALF_AT = 0x28;
    private static final int LOAD_BYTE_AT = 0x30;
    private static final int LOAD_BYTE_AT_X = 0x50;
    private static final int A_TO_X = 0x07;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;

    private static final int INSTRUCTIONS = 13;
    private static final int PROGRAM = 16;
    private static final int ALL = -1;

    private OwnAddressFilter() {}

    /** From now on the socket is not told that addresses with this mark are added or renewed. */
    static void attach(int fd, int mark) {
        // struct sock_fprog: how many, where; behind it they are.
        var memory = new Memory(PROGRAM + INSTRUCTIONS * 8);
        var program = memory.bytes();
        program.putShort((short) INSTRUCTIONS)
                .putLong(8, memory.address() + PROGRAM)
                .position(PROGRAM);
        add(program, LOAD_HALF_AT, 0, 0, TYPE);
        add(program, IF_EQUAL, 0, 9, half(NetlinkMessage.RTM_NEWADDR));
        add(program, LOAD_HALF_AT, 0, 0, FLAGS);
        add(program, IF_ANY_BIT, 7, 0, half(NLM_F_MULTI)); // Part of an answer, with others behind it.
        add(program, LOAD, 0, 0, ATTRIBUTES);
        add(program, LOAD_X, 0, 0, IFA_PROTO);
        add(program, LOAD_BYTE_AT, 0, 0, FIND_ATTRIBUTE);
        add(program, IF_EQUAL, 3, 0, 0);
        add(program, A_TO_X, 0, 0, 0);
        add(program, LOAD_BYTE_AT_X, 0, 0, NLA_HEADER);
        add(program, IF_EQUAL, 1, 0, mark);
        add(program, RETURN, 0, 0, ALL);
        add(program, RETURN, 0, 0, 0);
        LibC.setsockopt(fd, LibC.SOL_SOCKET, SO_ATTACH_FILTER, memory, PROGRAM);
    }

    private static void add(ByteBuffer program, int code, int ifTrue, int ifFalse, int value) {
        program.putShort((short) code).put((byte) ifTrue).put((byte) ifFalse).putInt(value);
    }

    /** As a filter loads it, which takes everything for network order; netlink has the order of the machine. */
    private static int half(int value) {
        boolean big = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
        return big ? value : Short.toUnsignedInt(Short.reverseBytes((short) value));
    }
}
