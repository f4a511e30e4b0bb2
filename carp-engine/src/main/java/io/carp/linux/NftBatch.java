// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One transaction about one table of family netdev: what is written here happens all at once, or not at all, when {@link
 * Nftables#commit} hands it to the kernel. For one thread.
 */
public final class NftBatch {
    static final int NEWTABLE = 0;
    static final int GETTABLE = 1;
    static final int DELTABLE = 2;
    static final int NEWCHAIN = 3;
    static final int DELCHAIN = 5;
    static final int NEWRULE = 6;
    static final int GETRULE = 7;
    static final int DELRULE = 8;
    static final int NEWSET = 9;
    static final int DELSET = 11;
    static final int NEWSETELEM = 12;
    static final int GETSETELEM = 13;
    static final int DELSETELEM = 14;
    static final int GETGEN = 16;

    private static final int NEW = Netlink.NLM_F_CREATE;
    private static final int NLM_F_APPEND = 0x800;

    private static final int CHAIN_NAME = 3;
    private static final int CHAIN_HOOK = 4;
    private static final int CHAIN_POLICY = 5;
    private static final int CHAIN_TYPE = 7;
    private static final int HOOK_NUMBER = 1;
    private static final int HOOK_PRIORITY = 2;
    private static final int HOOK_DEVICE = 3;
    private static final int RULE_CHAIN = 2;
    private static final int RULE_EXPRESSIONS = 4;
    private static final int SET_NAME = 2;
    private static final int SET_FLAGS = 3;
    private static final int SET_KEY_TYPE = 4;
    private static final int SET_KEY_LENGTH = 5;
    private static final int SET_DATA_TYPE = 6;
    private static final int SET_DATA_LENGTH = 7;
    private static final int SET_ID = 10;
    private static final int SET_TIMEOUT = 11;
    private static final int SET_USERDATA = 13;
    private static final int ELEMENT_SET = 2;
    private static final int ELEMENTS = 3;
    private static final int ELEMENT = 1;
    private static final int ELEMENT_KEY = 1;
    private static final int ELEMENT_DATA = 2;
    private static final int ELEMENT_TIMEOUT = 4;

    private static final int SET_IS_MAP = 0x8;
    private static final int SET_HAS_TIMEOUTS = 0x10;
    private static final int SET_IS_DYNAMIC = 0x20;
    private static final int VERDICTS = 0xffffff00;
    // The numbers by which nft tells how to print a key. The kernel does not care, but nft ends without them.
    private static final int IPV4_ADDR = 7;
    private static final int IPV6_ADDR = 8;
    private static final int IFACE_INDEX = 20;
    /** That keys are in the order of the machine, as nft notes it for itself: type, length, value. */
    private static final byte[] KEYS_OF_THE_HOST = ByteBuffer.allocate(6)
            .order(ByteOrder.nativeOrder())
            .put((byte) 0)
            .put((byte) 4)
            .putInt(1)
            .array();

    private static final int IPV4_LENGTH = 4;
    private static final int IPV6_LENGTH = 16;

    private static final int PRIORITY = -300;
    private static final int ACCEPT = 1;

    /** Where a chain of the table begins. */
    public enum Hook {
        INGRESS,
        EGRESS
    }

    private final NftWriter to;
    private int sets;
    private int elementsAt;
    private int timeoutAt;

    /**
     * @param room for how many bytes
     * @param table the name of the table
     */
    public NftBatch(int room, String table) {
        this.to = new NftWriter(room, table);
    }

    /** Makes the table; if it is there, it stays. */
    public NftBatch addTable() {
        return table(NEWTABLE, NEW);
    }

    /** Makes the table; fails with EEXIST if it is there. */
    public NftBatch createTable() {
        return table(NEWTABLE, NEW | Netlink.NLM_F_EXCL);
    }

    /** Deletes the table with all that is in it. */
    public NftBatch deleteTable() {
        return table(DELTABLE, 0);
    }

    private NftBatch table(int type, int flags) {
        to.begin(type, flags);
        return this;
    }

    /** Makes a map from addresses to what becomes of a packet. */
    public NftBatch addVerdicts(String name, boolean ipv4) {
        set(name, SET_IS_MAP, ipv4 ? IPV4_ADDR : IPV6_ADDR, ipv4 ? IPV4_LENGTH : IPV6_LENGTH);
        to.number(SET_DATA_TYPE, VERDICTS);
        to.number(SET_DATA_LENGTH, 0);
        return this;
    }

    /**
     * Makes a set of interfaces whose elements time out.
     *
     * @param timeoutMillis what rules give to an element; 0 if there are none that do
     */
    public NftBatch addInterfaces(String name, long timeoutMillis) {
        set(name, SET_HAS_TIMEOUTS | (timeoutMillis > 0 ? SET_IS_DYNAMIC : 0), IFACE_INDEX, Integer.BYTES);
        to.put(SET_USERDATA, KEYS_OF_THE_HOST);
        if (timeoutMillis > 0) {
            to.number64(SET_TIMEOUT, timeoutMillis);
        }
        return this;
    }

    private void set(String name, int flags, int keyType, int keyLength) {
        to.begin(NEWSET, NEW);
        to.text(SET_NAME, name);
        to.number(SET_FLAGS, flags);
        to.number(SET_KEY_TYPE, keyType);
        to.number(SET_KEY_LENGTH, keyLength);
        to.number(SET_ID, ++sets);
    }

    public NftBatch deleteSet(String name) {
        to.begin(DELSET, 0);
        to.text(SET_NAME, name);
        return this;
    }

    public NftBatch addChain(String name) {
        to.begin(NEWCHAIN, NEW);
        to.text(CHAIN_NAME, name);
        return this;
    }

    /** Makes a chain that each packet of the device goes through; what it does not decide is accepted. */
    public NftBatch addChain(String name, Hook hook, String device) {
        addChain(name);
        int at = to.nest(CHAIN_HOOK);
        to.number(HOOK_NUMBER, hook.ordinal());
        to.number(HOOK_PRIORITY, PRIORITY);
        to.text(HOOK_DEVICE, device);
        to.end(at);
        to.number(CHAIN_POLICY, ACCEPT);
        to.text(CHAIN_TYPE, "filter");
        return this;
    }

    /** Deletes a chain with its rules. */
    public NftBatch deleteChain(String name) {
        to.begin(DELCHAIN, 0);
        to.text(CHAIN_NAME, name);
        return this;
    }

    /** Deletes the rules of a chain. */
    public NftBatch flush(String chain) {
        to.begin(DELRULE, 0);
        to.text(RULE_CHAIN, chain);
        return this;
    }

    /** Adds a rule at the end of a chain, from left to right. */
    public NftBatch rule(String chain, NftRule... expressions) {
        to.begin(NEWRULE, NEW | NLM_F_APPEND);
        to.text(RULE_CHAIN, chain);
        int all = to.nest(RULE_EXPRESSIONS);
        for (var expression : expressions) {
            expression.write(to);
        }
        to.end(all);
        return this;
    }

    /** Lets packets with this address go to a chain. */
    public NftBatch addVerdict(String map, byte[] address, String chain) {
        int at = beginElement(NEWSETELEM, NEW, map, address);
        int data = to.nest(ELEMENT_DATA);
        NftRule.goTo(to, chain);
        to.end(data);
        return endElement(at);
    }

    public NftBatch deleteElement(String set, byte[] key) {
        return endElement(beginElement(DELSETELEM, 0, set, key));
    }

    /** Adds an interface to a set, for a time; one that is there stays as it is. */
    public NftBatch addInterface(String set, int ifindex, long timeoutMillis) {
        int at = beginElement(NEWSETELEM, NEW, set, key(ifindex));
        timeoutAt = to.number64(ELEMENT_TIMEOUT, timeoutMillis);
        return endElement(at);
    }

    /** Adds an interface to a set, for a time that begins now even if it is there. Kernels before 6.12 renew none. */
    public NftBatch renewInterface(String set, int ifindex, long timeoutMillis) {
        return addInterface(set, ifindex, timeoutMillis)
                .deleteElement(set, key(ifindex))
                .addInterface(set, ifindex, timeoutMillis);
    }

    /** Where the time-out of the last element is. */
    int timeoutAt() {
        return timeoutAt;
    }

    /** An interface as the key of a set. */
    public static byte[] key(int ifindex) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(ifindex)
                .array();
    }

    private int beginElement(int type, int flags, String set, byte[] key) {
        to.begin(type, flags);
        to.text(ELEMENT_SET, set);
        elementsAt = to.nest(ELEMENTS);
        int at = to.nest(ELEMENT);
        int value = to.nest(ELEMENT_KEY);
        to.put(NftWriter.DATA_VALUE, key);
        to.end(value);
        return at;
    }

    private NftBatch endElement(int at) {
        to.end(at);
        to.end(elementsAt);
        return this;
    }

    /** Ends the transaction. The last message before the end is to be answered, if that is wanted. */
    NftWriter close(boolean answered) {
        to.close(answered);
        return to;
    }
}
