// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;

/** A classic packet filter: instructions that the kernel goes through before it hands anything to a socket. */
final class FilterProgram {
    static final int LOAD = 0x00;
    static final int LOAD_X = 0x01;
    static final int LOAD_WORD_AT = 0x20;
    static final int LOAD_HALF_AT = 0x28;
    static final int LOAD_BYTE_AT = 0x30;
    static final int LOAD_BYTE_AT_X = 0x50;
    static final int A_TO_X = 0x07;
    static final int IF_EQUAL = 0x15;
    static final int IF_ANY_BIT = 0x45;
    static final int RETURN = 0x06;

    /** As a value of {@link #RETURN}: the socket gets the whole packet. */
    static final int ALL = -1;
    /** How many instructions the kernel takes at most. */
    static final int LONGEST = 4096;

    private static final int SO_ATTACH_FILTER = 26;
    /** struct sock_fprog: how many instructions, and where; the instructions are behind it. */
    private static final int HEADER = 16;

    private static final int INSTRUCTION = 8;

    private final Memory memory;
    private final ByteBuffer out;

    /** @param longest how many instructions the program has at most */
    FilterProgram(int longest) {
        memory = new Memory(HEADER + longest * INSTRUCTION);
        out = memory.bytes();
        out.putLong(8, memory.address() + HEADER).position(HEADER);
    }

    /**
     * Appends an instruction.
     *
     * @param ifTrue how many instructions a comparison that holds skips
     * @param ifFalse the same for one that does not
     */
    FilterProgram add(int code, int ifTrue, int ifFalse, int value) {
        out.putShort((short) code).put((byte) ifTrue).put((byte) ifFalse).putInt(value);
        return this;
    }

    /** Makes it the filter of the socket, in place of a former one. Returns whether the kernel takes it. */
    boolean attach(int fd) {
        out.putShort(0, (short) ((out.position() - HEADER) / INSTRUCTION));
        return LibC.setsockopt(fd, LibC.SOL_SOCKET, SO_ATTACH_FILTER, memory, HEADER) == 0;
    }
}
