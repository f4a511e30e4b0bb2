// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static io.carp.linux.FilterProgram.A_TO_X;
import static io.carp.linux.FilterProgram.IF_ANY_BIT;
import static io.carp.linux.FilterProgram.IF_EQUAL;
import static io.carp.linux.FilterProgram.LOAD;
import static io.carp.linux.FilterProgram.LOAD_BYTE_AT;
import static io.carp.linux.FilterProgram.LOAD_BYTE_AT_X;
import static io.carp.linux.FilterProgram.LOAD_HALF_AT;
import static io.carp.linux.FilterProgram.LOAD_X;
import static io.carp.linux.FilterProgram.RETURN;

import java.nio.ByteOrder;

/**
 * Keeps the kernel from telling a netlink socket of addresses that carry a mark (IFA_PROTO). A process that renews a
 * thousand leases a second would otherwise wake its own listeners a thousand times. Deletions are told all the same,
 * and so is what was asked for. This is a classic packet filter; where the kernel does not take it, everything is told
 * as before.
 */
final class OwnAddressFilter {
    private static final int NLM_F_MULTI = 0x2;
    private static final int TYPE = 4;
    private static final int FLAGS = 6;
    /** struct nlmsghdr and struct ifaddrmsg. */
    private static final int ATTRIBUTES = 24;

    private static final int IFA_PROTO = 11;
    private static final int NLA_HEADER = 4;
    /** SKF_AD_OFF + SKF_AD_NLATTR: finds the attribute X from A on; 0 if there is none. */
    private static final int FIND_ATTRIBUTE = -0x1000 + 12;

    private static final int INSTRUCTIONS = 13;

    private OwnAddressFilter() {}

    /** Makes the kernel keep quiet from now on when addresses with this mark are added or renewed. */
    static void attach(int fd, int mark) {
        new FilterProgram(INSTRUCTIONS)
                .add(LOAD_HALF_AT, 0, 0, TYPE)
                .add(IF_EQUAL, 0, 9, half(NetlinkMessage.RTM_NEWADDR))
                .add(LOAD_HALF_AT, 0, 0, FLAGS)
                .add(IF_ANY_BIT, 7, 0, half(NLM_F_MULTI)) // Part of an answer, with others behind it.
                .add(LOAD, 0, 0, ATTRIBUTES)
                .add(LOAD_X, 0, 0, IFA_PROTO)
                .add(LOAD_BYTE_AT, 0, 0, FIND_ATTRIBUTE)
                .add(IF_EQUAL, 3, 0, 0)
                .add(A_TO_X, 0, 0, 0)
                .add(LOAD_BYTE_AT_X, 0, 0, NLA_HEADER)
                .add(IF_EQUAL, 1, 0, mark)
                .add(RETURN, 0, 0, FilterProgram.ALL)
                .add(RETURN, 0, 0, 0)
                .attach(fd);
    }

    /**
     * The value as a filter loads it: filters take everything for network order, while netlink has the order of the
     * machine.
     */
    private static int half(int value) {
        boolean big = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
        return big ? value : Short.toUnsignedInt(Short.reverseBytes((short) value));
    }
}
