// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes the messages of one transaction of the packet filter, each with its attributes. */
final class NftWriter {
    static final int SUBSYSTEM = 10;
    static final int NFPROTO_NETDEV = 5;
    /** The attribute that names the table is the first one of all messages. */
    static final int TABLE = 1;

    static final int DATA_VALUE = 1;

    private static final int BATCH_BEGIN = 0x10;
    private static final int BATCH_END = 0x11;
    private static final int NESTED = 0x8000;
    private static final int MOST_MESSAGES = 1 << 13;
    private static final AtomicInteger SERIAL = new AtomicInteger();

    private final Memory memory;
    private final ByteBuffer out;
    private final String table;
    /** The number of the first message. No other transaction has the same numbers, lest a late answer be taken for its. */
    private final int first = SERIAL.getAndAdd(MOST_MESSAGES) & Nftables.LEAST_QUESTION - 1;

    private int sequence = first;
    private int message = -1;

    NftWriter(int room, String table) {
        this.memory = new Memory(room);
        this.out = memory.bytes();
        this.table = table;
        control(BATCH_BEGIN);
    }

    private void control(int type) {
        header(type, 0, 0, SUBSYSTEM);
    }

    /** Begins a message, which ends where the next one begins. */
    void begin(int type, int flags) {
        header(SUBSYSTEM << 8 | type, flags, NFPROTO_NETDEV, 0);
        text(TABLE, table);
    }

    private void header(int type, int flags, int family, int resource) {
        finish();
        message = out.position();
        out.putInt(0).putShort((short) type).putShort((short) (NetlinkMessage.NLM_F_REQUEST | flags));
        out.putInt(sequence++).putInt(0);
        // struct nfgenmsg: family, version, and the resource in the order of the network.
        out.put((byte) family).put((byte) 0).put((byte) (resource >> 8)).put((byte) resource);
    }

    private void finish() {
        if (message >= 0) {
            out.putInt(message, out.position() - message);
        }
    }

    /** Ends the transaction. The last message before the end is to be answered, if that is wanted. */
    void close(boolean answered) {
        if (answered) {
            int flags = message + Integer.BYTES + Short.BYTES;
            out.putShort(flags, (short) (out.getShort(flags) | NetlinkMessage.NLM_F_ACK));
        }
        control(BATCH_END);
        finish();
    }

    int length() {
        return out.position();
    }

    /** The number of the message that stands for the transaction itself. */
    int firstSequence() {
        return first;
    }

    /** The number of the message that is answered. */
    int lastSequence() {
        return sequence - 2;
    }

    /** The whole transaction, from the beginning of this memory on. */
    Memory memory() {
        return memory;
    }

    void put(int type, byte[] value) {
        Attributes.put(out, type, value);
    }

    int nest(int type) {
        return Attributes.begin(out, type | NESTED);
    }

    void end(int begun) {
        Attributes.end(out, begun);
    }

    void text(int type, String text) {
        Attributes.put(out, type, (text + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    /** In the order of the network, as all numbers here. */
    void number(int type, int value) {
        Attributes.put(
                out, type, ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    int number64(int type, long value) {
        Attributes.put(out, type, ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        return out.position() - Long.BYTES;
    }
}
