// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bytes of a transaction, which a real kernel takes in {@code GateLinkTest}. */
class NftBatchTest {
    private static final String BEGIN = "14000000 1000 0100 00000000 00000000 00 00 000a";
    private static final String END = "14000000 1100 0100 00000000 00000000 00 00 000a";

    @BeforeEach
    void ofThisOrder() {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the bytes here are little-endian");
    }

    /** Without the numbers of the messages, which go on from transaction to transaction. */
    private static String bytes(NftBatch batch) {
        var written = batch.close(false);
        var out = written.memory().bytes();
        byte[] all = new byte[written.length()];
        out.get(0, all);
        for (int at = 0; at < all.length; at += out.getInt(at)) {
            Arrays.fill(all, at + 8, at + 12, (byte) 0);
        }
        return HexFormat.of().formatHex(all);
    }

    private static void check(NftBatch batch, String... messages) {
        String expected = BEGIN + String.join("", messages) + END;
        assertEquals(expected.replace(" ", ""), bytes(batch));
    }

    @Test
    void aTable() {
        check(
                new NftBatch(256, "t").createTable(),
                "1c000000 000a 0106 00000000 00000000 05 00 0000",
                "0600 0100 7400 0000");
    }

    @Test
    void aChainAtTheEndOfADevice() {
        check(
                new NftBatch(256, "t").addChain("out", NftBatch.Hook.EGRESS, "eth0"),
                "58000000 030a 0104 00000000 00000000 05 00 0000",
                "0600 0100 7400 0000",
                "0800 0300 6f757400",
                "2000 0480 0800 0100 00000001 0800 0200 fffffed4 0900 0300 6574683000 000000",
                "0800 0500 00000001",
                "0b00 0700 66696c74657200 00");
    }

    @Test
    void anElementThatTimesOut() {
        check(
                new NftBatch(256, "t").addInterface("live7", 3, 248),
                "48000000 0c0a 0104 00000000 00000000 05 00 0000",
                "0600 0100 7400 0000",
                "0a00 0200 6c6976653700 0000",
                "2000 0380 1c00 0180 0c00 0180 0800 0100 03000000 0c00 0400 00000000000000f8");
    }

    @Test
    void aRuleIsAListOfExpressions() {
        check(
                new NftBatch(256, "t").rule("c", NftRule.load(NftRule.Meta.OIF), NftRule.drop()),
                "7c000000 060a 010c 00000000 00000000 05 00 0000",
                "0600 0100 7400 0000",
                "0600 0200 6300 0000",
                "5800 0480",
                "2400 0180 0900 0100 6d65746100 000000 1400 0280 0800 0100 00000001 0800 0200 00000005",
                "3000 0180 0e00 0100 696d6d65646961746500 0000 1c00 0280 0800 0100 00000000"
                        + " 1000 0280 0c00 0280 0800 0100 00000000");
    }

    @Test
    void noTwoTransactionsHaveTheSameNumbers() {
        var one = new NftBatch(256, "t").createTable();
        var other = new NftBatch(256, "t").createTable();
        var first = one.close(true);
        var second = other.close(true);
        assertNotEquals(first.lastSequence(), second.lastSequence());
        assertEquals(first.firstSequence() + 1, first.lastSequence());
    }
}
