// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/** A part of a rule: it looks at the packet and goes on to the next part, or decides. Immutable. */
public final class NftRule {
    private static final int LIST_ELEMENT = 1;
    private static final int NAME = 1;
    private static final int DATA = 2;
    private static final int REGISTER = 1;

    private static final int DROP = 0;
    private static final int ACCEPT = 1;
    private static final int JUMP = -3;
    private static final int GOTO = -4;
    private static final int VERDICT = 2;
    private static final int VERDICT_CODE = 1;
    private static final int VERDICT_CHAIN = 2;

    private static final int UPDATE = 1;
    private static final int DELETE = 2;

    /** What is known of a packet beside its bytes. */
    public enum Meta {
        /** The kind of the frame, two bytes in the order of the network: {@code 08 00} is IPv4. */
        PROTOCOL(1),
        /** The interface that it came in by. */
        IIF(4),
        /** The interface that it leaves by. */
        OIF(5),
        /** The protocol above IPv4 or IPv6, one byte. */
        L4PROTO(16);

        private final int key;

        Meta(int key) {
            this.key = key;
        }
    }

    /** From where a byte of the packet is counted. */
    public enum From {
        NETWORK_HEADER(1),
        TRANSPORT_HEADER(2);

        private final int number;

        From(int number) {
            this.number = number;
        }
    }

    private interface Attributed {
        void write(NftWriter to);
    }

    private final String name;
    private final Attributed attributes;

    private NftRule(String name, Attributed attributes) {
        this.name = name;
        this.attributes = attributes;
    }

    void write(NftWriter to) {
        int element = to.nest(LIST_ELEMENT);
        to.text(NAME, name);
        int data = to.nest(DATA);
        attributes.write(to);
        to.end(data);
        to.end(element);
    }

    /** Loads something about the packet, for the next part. */
    public static NftRule load(Meta what) {
        return new NftRule("meta", to -> {
            to.number(1, REGISTER);
            to.number(2, what.key);
        });
    }

    /** Loads bytes of the packet, for the next part. */
    public static NftRule load(From from, int offset, int length) {
        return new NftRule("payload", to -> {
            to.number(1, REGISTER);
            to.number(2, from.number);
            to.number(3, offset);
            to.number(4, length);
        });
    }

    /** Goes on if that is what was loaded. */
    public static NftRule equal(int... bytes) {
        byte[] value = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            value[i] = (byte) bytes[i];
        }
        return new NftRule("cmp", to -> {
            to.number(1, REGISTER);
            to.number(2, 0);
            int data = to.nest(3);
            to.put(NftWriter.DATA_VALUE, value);
            to.end(data);
        });
    }

    /** Goes on if what was loaded is in that set. */
    public static NftRule in(String set) {
        return new NftRule("lookup", to -> {
            to.text(1, set);
            to.number(2, REGISTER);
        });
    }

    /** Does with the packet what that map has for what was loaded; goes on if it has nothing. */
    public static NftRule map(String map) {
        return new NftRule("lookup", to -> {
            to.text(1, map);
            to.number(2, REGISTER);
            to.number(3, 0);
        });
    }

    /** Gives the element that was loaded the set's time-out anew. */
    public static NftRule update(String set) {
        return change(UPDATE, set);
    }

    /** Deletes the element that was loaded. */
    public static NftRule delete(String set) {
        return change(DELETE, set);
    }

    private static NftRule change(int operation, String set) {
        return new NftRule("dynset", to -> {
            to.text(1, set);
            to.number(3, operation);
            to.number(4, REGISTER);
        });
    }

    public static NftRule accept() {
        return verdict(ACCEPT, "");
    }

    public static NftRule drop() {
        return verdict(DROP, "");
    }

    /** Goes to another chain, and comes back if that decides nothing. */
    public static NftRule jump(String chain) {
        return verdict(JUMP, chain);
    }

    /** Goes to another chain for good. */
    public static NftRule goTo(String chain) {
        return verdict(GOTO, chain);
    }

    private static NftRule verdict(int code, String chain) {
        return new NftRule("immediate", to -> {
            to.number(1, 0);
            int data = to.nest(2);
            write(to, code, chain);
            to.end(data);
        });
    }

    static void goTo(NftWriter to, String chain) {
        write(to, GOTO, chain);
    }

    private static void write(NftWriter to, int code, String chain) {
        int verdict = to.nest(VERDICT);
        to.number(VERDICT_CODE, code);
        if (!chain.isEmpty()) {
            to.text(VERDICT_CHAIN, chain);
        }
        to.end(verdict);
    }
}
