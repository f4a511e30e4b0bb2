// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A blocking socket to the kernel's packet filter, for tables of family netdev. One thread at a time. Every request waits
 * for the kernel's answer, at most for the time-out, and fails with {@link SystemCallException}. To change anything needs
 * CAP_NET_ADMIN.
 */
public final class Nftables implements AutoCloseable {
    /** Questions have numbers above those of all transactions. */
    static final int LEAST_QUESTION = 1 << 30;

    private static final int ROOM = 64 * 1024;
    private static final int QUESTION = 512;
    private static final int TABLE_USE = 3;
    private static final int TABLE_HANDLE = 4;
    private static final int GENERATION = 1;
    private static final int ELEMENT_SET = 2;
    private static final int ELEMENTS = 3;
    private static final int ELEMENT_KEY = 1;
    /** struct nfgenmsg, behind which the attributes begin. */
    private static final int GENERIC = 4;

    private final NetlinkSocket socket;
    private final Memory question = new Memory(QUESTION);
    private int sequence = LEAST_QUESTION;

    /**
     * A table.
     *
     * @param handle the kernel's number, which no other table gets
     * @param uses how many chains and sets are in it
     */
    public record Table(String name, long handle, int uses) {}

    private Nftables(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Opens a socket in the network namespace of the calling thread.
     *
     * @param timeoutMillis how long a request waits for its answer
     */
    public static Nftables open(int timeoutMillis) throws SystemCallException {
        var socket = NetlinkSocket.openNetfilter(0, ROOM);
        try {
            socket.timeout(timeoutMillis);
            return new Nftables(socket);
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Does all of a transaction or nothing.
     *
     * @param what it is for, for the message of the exception
     */
    public void commit(NftBatch batch, String what) throws SystemCallException {
        NftWriter request = batch.close(true);
        socket.send(request.memory(), request.length(), 0, what);
        int failure = 0;
        while (true) {
            for (var message : receive(what)) {
                boolean ours =
                        message.sequence() >= request.firstSequence() && message.sequence() <= request.lastSequence();
                if (!ours || !message.isEnd()) {
                    continue; // A late answer to a question that had timed out.
                }
                failure = failure == 0 ? message.error() : failure;
                // An error about the transaction itself names its beginning, and is the only answer.
                boolean last = message.sequence() == request.lastSequence();
                if (failure != 0 && (last || message.sequence() == request.firstSequence())) {
                    throw new SystemCallException(what, failure);
                }
                if (last) {
                    return;
                }
            }
        }
    }

    /** The number of the last change that anybody made to any table. */
    public int generation() throws SystemCallException {
        var found = new int[1];
        ask(NftBatch.GETGEN, 0, "ask for the generation", "", "", answer -> {
            for (var attribute : attributes(answer)) {
                if (attribute.type() == GENERATION) {
                    found[0] = (int) number(attribute.value());
                }
            }
        });
        return found[0];
    }

    /** The table of that name; null if there is none. */
    public @Nullable Table table(String name) throws SystemCallException {
        var found = new ArrayList<Table>(1);
        try {
            ask(NftBatch.GETTABLE, 0, "look for the table " + name, name, "", answer -> found.add(table(answer)));
        } catch (SystemCallException e) {
            if (e.errno() != LibC.ENOENT) {
                throw e;
            }
        }
        return found.isEmpty() ? null : found.get(0);
    }

    /** All tables of family netdev. */
    public List<Table> tables() throws SystemCallException {
        var found = new ArrayList<Table>();
        ask(
                NftBatch.GETTABLE,
                NetlinkMessage.NLM_F_DUMP,
                "list the tables",
                "",
                "",
                answer -> found.add(table(answer)));
        return found;
    }

    /** How many rules the table has. */
    public int rules(String table) throws SystemCallException {
        var count = new int[1];
        ask(NftBatch.GETRULE, NetlinkMessage.NLM_F_DUMP, "list the rules of " + table, table, "", answer -> {
            boolean ours = attributes(answer).stream()
                    .anyMatch(a -> a.type() == NftWriter.TABLE
                            && Attributes.text(a.value()).equals(table));
            count[0] += ours ? 1 : 0; // An old kernel lists those of all tables.
        });
        return count[0];
    }

    /** The keys that are in a set or map; none if there is no such set. */
    public Set<ByteBuffer> keys(String table, String set) throws SystemCallException {
        var found = new HashSet<ByteBuffer>();
        try {
            ask(NftBatch.GETSETELEM, NetlinkMessage.NLM_F_DUMP, "list " + set + " of " + table, table, set, answer -> {
                for (var list : attributes(answer)) {
                    if (list.type() == ELEMENTS) {
                        Attributes.read(ByteBuffer.wrap(list.value()).order(ByteOrder.nativeOrder()), 0)
                                .forEach(element -> addKey(element, found));
                    }
                }
            });
        } catch (SystemCallException e) {
            if (e.errno() != LibC.ENOENT) {
                throw e;
            }
        }
        return found;
    }

    private static void addKey(Attributes.Attribute element, Set<ByteBuffer> found) {
        for (var part : inside(element)) {
            if (part.type() == ELEMENT_KEY) {
                for (var value : inside(part)) {
                    if (value.type() == NftWriter.DATA_VALUE) {
                        found.add(ByteBuffer.wrap(value.value()));
                    }
                }
            }
        }
    }

    private static List<Attributes.Attribute> inside(Attributes.Attribute nest) {
        return Attributes.read(ByteBuffer.wrap(nest.value()).order(ByteOrder.nativeOrder()), 0);
    }

    private static Table table(ByteBuffer answer) {
        String name = "";
        long handle = 0;
        int uses = 0;
        for (var attribute : attributes(answer)) {
            switch (attribute.type()) {
                case NftWriter.TABLE -> name = Attributes.text(attribute.value());
                case TABLE_USE -> uses = (int) number(attribute.value());
                case TABLE_HANDLE -> handle = number(attribute.value());
                default -> {} // Of no interest here.
            }
        }
        return new Table(name, handle, uses);
    }

    private static List<Attributes.Attribute> attributes(ByteBuffer answer) {
        return Attributes.read(answer, GENERIC);
    }

    /** A number of 32 or 64 bits in the order of the network; whatever else it is, 0. */
    private static long number(byte[] value) {
        return switch (value.length) {
            case Integer.BYTES -> ByteBuffer.wrap(value).getInt();
            case Long.BYTES -> ByteBuffer.wrap(value).getLong();
            default -> 0;
        };
    }

    private void ask(int type, int flags, String what, String table, String set, Consumer<ByteBuffer> answer)
            throws SystemCallException {
        var out = question.bytes().clear();
        int asked = ++sequence;
        out.putInt(0)
                .putShort((short) (NftWriter.SUBSYSTEM << 8 | type))
                .putShort((short) (NetlinkMessage.NLM_F_REQUEST | NetlinkMessage.NLM_F_ACK | flags))
                .putInt(asked)
                .putInt(0);
        out.put((byte) NftWriter.NFPROTO_NETDEV).put((byte) 0).putShort((short) 0);
        if (!table.isEmpty()) {
            Attributes.put(out, NftWriter.TABLE, bytes(table));
        }
        if (!set.isEmpty()) {
            Attributes.put(out, ELEMENT_SET, bytes(set));
        }
        out.putInt(0, out.position());
        socket.send(question, out.position(), 0, what);
        while (true) {
            for (var message : receive(what)) {
                if (message.sequence() != asked) {
                    continue;
                }
                if (message.error() != 0) {
                    throw new SystemCallException(what, message.error());
                }
                if (message.isEnd()) {
                    return;
                }
                answer.accept(message.payload());
            }
        }
    }

    private static byte[] bytes(String text) {
        return (text + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    private List<NetlinkMessage> receive(String what) throws SystemCallException {
        int length = socket.receive();
        if (length == NetlinkSocket.NOTHING) {
            throw new SystemCallException(what, LibC.EAGAIN);
        }
        if (length == NetlinkSocket.LOST) {
            throw new SystemCallException(what, LibC.ENOBUFS);
        }
        return length == NetlinkSocket.IGNORED
                ? List.of()
                : NetlinkMessage.read(socket.datagram(length)).messages();
    }

    @Override
    public void close() {
        socket.close();
    }
}
