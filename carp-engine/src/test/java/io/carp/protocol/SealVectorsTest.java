// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sealed advertisements that an independent script made, scripts/seal-vectors. */
class SealVectorsTest {
    private static final Path PAGE = Path.of("../docs/seal.md");

    /** One of {@code seal-vectors.json}. */
    record Vector(
            String name,
            String pass,
            String sealKey,
            int sealKeyId,
            int vhid,
            int advbase,
            int advskew,
            int demotion,
            List<String> virtualIps,
            long milliseconds,
            long epoch,
            @Nullable String ipv4,
            @Nullable String ipv6,
            String packet) {
        AdvertisementDigest digest() {
            List<InetAddress> addresses =
                    virtualIps.stream().map(Golden::address).toList();
            SealKey key = new SealKey(sealKeyId, sealKey.getBytes(UTF_8));
            Seal seal = new Seal(Seal.Policy.REQUIRE, sealKeyId, List.of(key), addresses);
            return new AdvertisementDigest(vhid, pass.getBytes(UTF_8), addresses, DigestOrder.SORTED, null, seal);
        }

        OwnAddresses from() {
            OwnAddresses from = new OwnAddresses();
            from.set(false, ipv4 == null ? null : Golden.address(ipv4));
            from.set(true, ipv6 == null ? null : Golden.address(ipv6));
            return from;
        }

        /** The addresses that its packet may come from. */
        Stream<InetAddress> sources() {
            return Stream.of(ipv4, ipv6).filter(each -> each != null).map(each -> Golden.address(String.valueOf(each)));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Vector> all() {
        return Stream.of(Golden.json("seal-vectors.json", Vector[].class));
    }

    @ParameterizedTest
    @MethodSource("all")
    void theSamePacketIsMadeHere(Vector vector) {
        ByteBuffer packet = ByteBuffer.allocate(SealTrailer.END);
        Advertisement advertisement = new Advertisement()
                .set(
                        vector.vhid,
                        vector.advbase,
                        vector.advskew,
                        vector.demotion,
                        TimedCounter.of(vector.milliseconds));
        AdvertisementCodec.write(advertisement, vector.digest(), vector.epoch, vector.from(), packet);
        assertArrayEquals(Golden.hex(vector.packet), packet.array());
        assertEquals(SealTrailer.END, packet.limit());
    }

    @ParameterizedTest
    @MethodSource("all")
    void theChecksumIsRightOverTheWholeOfItToo(Vector vector) {
        ByteBuffer packet = ByteBuffer.wrap(Golden.hex(vector.packet));
        assertEquals(0xffff, AdvertisementCodec.sum(packet, 0, AdvertisementCodec.LENGTH));
        assertEquals(0xffff, AdvertisementCodec.sum(packet, 0, SealTrailer.END));
    }

    @ParameterizedTest
    @MethodSource("all")
    void itsSealIsRightFromItsOwnAddressesAlone(Vector vector) {
        ByteBuffer packet = ByteBuffer.wrap(Golden.hex(vector.packet));
        vector.sources().forEach(source -> assertEquals(Signed.SEALED, judge(vector, packet, source)));
        for (String other : List.of("10.0.0.3", "fe80::3", "0.0.0.0", "::")) {
            if (!other.equals(vector.ipv4 == null ? "0.0.0.0" : "") && !other.equals(vector.ipv6 == null ? "::" : "")) {
                assertEquals(Signed.MISSEALED, judge(vector, packet, Golden.address(other)), other);
            }
        }
    }

    /** Whatever checksum goes with it: it is not sealed, since a kernel may write it. */
    @ParameterizedTest
    @MethodSource("all")
    void everyChangedBitOfAnyOtherByteIsSeen(Vector vector) {
        AdvertisementDigest digest = vector.digest();
        SealMarks marks = new SealMarks();
        InetAddress source = vector.sources().findFirst().orElseThrow();
        for (int bit = 0; bit < SealTrailer.END * 8; bit++) {
            ByteBuffer packet = ByteBuffer.wrap(Golden.hex(vector.packet));
            int at = bit / 8;
            packet.put(at, (byte) (packet.get(at) ^ 1 << bit % 8));
            boolean checksum = at == AdvertisementCodec.CHECKSUM_AT || at == AdvertisementCodec.CHECKSUM_AT + 1;
            Signed signed = digest.judge(packet, source, marks);
            assertEquals(!checksum, signed.isRefused(), "bit " + bit + " is " + signed);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void aPartOfASealIsNone(Vector vector) {
        InetAddress source = vector.sources().findFirst().orElseThrow();
        for (int length = AdvertisementCodec.LENGTH; length < SealTrailer.END; length++) {
            ByteBuffer packet = ByteBuffer.wrap(Golden.hex(vector.packet), 0, length);
            assertEquals(Signed.UNSEALED, judge(vector, packet, source), length + " bytes");
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void anotherVirtualIpIsAnotherSeal(Vector vector) {
        List<InetAddress> more = Stream.concat(vector.virtualIps.stream(), Stream.of("10.0.0.200"))
                .map(Golden::address)
                .toList();
        SealKey key = new SealKey(vector.sealKeyId, vector.sealKey.getBytes(UTF_8));
        Seal seal = new Seal(Seal.Policy.REQUIRE, vector.sealKeyId, List.of(key), more);
        ByteBuffer packet = ByteBuffer.wrap(Golden.hex(vector.packet));
        byte[] source = vector.sources().findFirst().orElseThrow().getAddress();
        assertEquals(Signed.MISSEALED, seal.judge(packet, source));
        assertFalse(vector.digest().seal().sameAs(seal));
    }

    @Test
    void thePageShowsThem() throws IOException {
        String page = Files.readString(PAGE);
        all().forEach(vector -> assertTrue(page.contains(vector.packet), () -> vector + " is not in " + PAGE));
    }

    private static Signed judge(Vector vector, ByteBuffer packet, InetAddress source) {
        return vector.digest().judge(packet, source, new SealMarks());
    }
}
