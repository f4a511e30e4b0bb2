// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Digests that FreeBSD's, OpenBSD's and ucarp's own code, and an independent script, computed. */
class DigestVectorsTest {
    /** OpenBSD signs a MAC set by hand. */
    private static final String MAC_IS_SIGNED = "lladdr-set-by-hand";

    static Stream<Golden.Vector> all() {
        return Stream.concat(
                Stream.of(Golden.json("bsd-vectors.json", Golden.Vector[].class)),
                Stream.of(Golden.json("synthetic-vectors.json", Golden.Vector[].class)));
    }

    static Stream<Golden.Vector> sent() {
        return all().filter(vector -> vector.sent() != null);
    }

    @Test
    void allVectorsAreThere() {
        assertEquals(77 + 9, all().count());
        assertEquals(
                2, all().filter(vector -> vector.name().equals(MAC_IS_SIGNED)).count());
    }

    @ParameterizedTest
    @MethodSource("all")
    void acceptsTheirDigest(Golden.Vector vector) {
        assertTrue(vector.digest().verify(carrying(vector)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void refusesEveryChangedBitOfIt(Golden.Vector vector) {
        AdvertisementDigest digest = vector.digest();
        for (int bit = 0; bit < Hmac.SHA1_LENGTH * 8; bit++) {
            ByteBuffer packet = carrying(vector);
            int at = AdvertisementCodec.DIGEST_AT + bit / 8;
            packet.put(at, (byte) (packet.get(at) ^ 1 << bit % 8));
            assertFalse(digest.verify(packet), "bit " + bit);
        }
    }

    /**
     * With a link-local virtual IP we sign as OpenBSD does, without it; everybody who signs with it is accepted above.
     */
    @ParameterizedTest
    @MethodSource("all")
    void signsAsTheyDo(Golden.Vector vector) {
        boolean signedWithLinkLocal = vector.ipv6().stream().anyMatch(text -> text.startsWith("fe80"))
                && !vector.toString().startsWith("openbsd:HMAC_NOV6LL");
        ByteBuffer packet = carrying(vector);
        vector.digest().sign(packet);
        assertEquals(!signedWithLinkLocal, Arrays.equals(Golden.hex(vector.hmac()), digestOf(packet)));
    }

    @ParameterizedTest
    @MethodSource("sent")
    void theirAdvertisementsDecodeAndEncodeToThemselves(Golden.Vector vector) {
        assertFalse(vector.sent().isEmpty());
        for (Golden.Vector.Sent sent : vector.sent()) {
            ByteBuffer packet = ByteBuffer.wrap(Golden.hex(sent.carp36()));
            assertTrue(AdvertisementCodec.isChecksumRight(packet));
            AdvertisementDigest digest = vector.digest();
            assertTrue(digest.verify(packet));
            Advertisement advertisement = AdvertisementCodec.decode(packet, new Advertisement());
            assertEquals(vector.name().equals("bow-out"), advertisement.isBowOut());
            assertEquals(vector.name().equals("demote=33") ? 33 : 0, advertisement.demotion());
            ByteBuffer written = ByteBuffer.allocate(AdvertisementCodec.LENGTH);
            AdvertisementCodec.encode(advertisement, digest, written);
            if (Arrays.equals(digestOf(packet), digestOf(written))) { // else with link-local, see above
                assertArrayEquals(packet.array(), written.array());
            }
        }
    }

    @Test
    void aMacIsSignedOnlyIfItIsNotTheVirtualOne() {
        AdvertisementDigest none = digest("10.0.0.1");
        assertTrue(none.sameAs(withMac("00005e000101")), "of vhid 1: OpenBSD signs what differs from it");
        assertFalse(none.sameAs(withMac("00005e000102")), "of another vhid");
        assertFalse(none.sameAs(withMac("020000000007")));
        assertFalse(withMac("020000000008").sameAs(withMac("020000000007")));
    }

    private static AdvertisementDigest withMac(String hex) {
        return new AdvertisementDigest(
                1,
                "key".getBytes(UTF_8),
                List.of(Golden.address("10.0.0.1")),
                DigestOrder.SORTED,
                Golden.hex(hex),
                Seal.OFF);
    }

    @Test
    void theOrderAndRepetitionOfAddressesDoNotMatter() {
        AdvertisementDigest one = digest("10.0.0.1", "10.0.0.2", "2001:db8::1");
        assertTrue(one.sameAs(digest("2001:db8::1", "10.0.0.2", "10.0.0.1", "10.0.0.2")));
        assertFalse(one.sameAs(digest("10.0.0.1", "10.0.0.2")));
        assertFalse(one.sameAs(digest("10.0.0.1", "10.0.0.3", "2001:db8::1")));
        assertFalse(digest("10.0.0.1").sameAs(digest("10.0.0.1", "fe80::1")), "accepts more than before");
        assertFalse(digest("10.0.0.1")
                .sameAs(new AdvertisementDigest(1, new byte[1], List.of(Golden.address("10.0.0.1")))));
        assertFalse(digest("10.0.0.1")
                .sameAs(new AdvertisementDigest(2, "key".getBytes(UTF_8), List.of(Golden.address("10.0.0.1")))));
    }

    @Test
    void noKeyIsTwentyZeros() {
        List<InetAddress> addresses = List.of(Golden.address("10.0.0.1"));
        assertTrue(new AdvertisementDigest(1, new byte[0], addresses)
                .sameAs(new AdvertisementDigest(1, new byte[20], addresses)));
    }

    @Test
    void aKeyHasAtMostTwentyBytes() {
        new AdvertisementDigest(1, new byte[20], List.of());
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new AdvertisementDigest(1, new byte[21], List.of()));
        assertEquals("pass has 21 bytes: allowed are at most 20 (ucarp: 19)", refused.getMessage());
    }

    private static AdvertisementDigest digest(String... addresses) {
        return new AdvertisementDigest(
                1,
                "key".getBytes(UTF_8),
                Stream.of(addresses).map(Golden::address).toList());
    }

    /** Only counter and digest are filled in: nothing else enters the digest. */
    private static ByteBuffer carrying(Golden.Vector vector) {
        ByteBuffer packet = ByteBuffer.allocate(AdvertisementCodec.LENGTH);
        packet.put(AdvertisementCodec.COUNTER_AT, Golden.hex(vector.counter()));
        packet.put(AdvertisementCodec.DIGEST_AT, Golden.hex(vector.hmac()));
        return packet;
    }

    private static byte[] digestOf(ByteBuffer packet) {
        byte[] digest = new byte[Hmac.SHA1_LENGTH];
        packet.get(AdvertisementCodec.DIGEST_AT, digest);
        return digest;
    }
}
