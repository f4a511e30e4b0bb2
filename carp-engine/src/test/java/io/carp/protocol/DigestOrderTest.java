// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code digestOrder = configured} is FreeBSD's way up to 9. No vector of that was recorded. But it differs from
 * FreeBSD 10 in nothing but the order, so the recorded vectors show it when the addresses are configured in ascending
 * order.
 */
class DigestOrderTest {
    static Stream<Golden.Vector> ofFreeBsd() {
        return DigestVectorsTest.all()
                .filter(vector -> vector.toString().startsWith("freebsd"))
                .filter(vector -> !vector.name().equals("dup-v4")) // An interface has no address twice.
                .filter(vector -> !vector.name().equals("v4-zero-and-broadcast")); // Nor one of these.
    }

    @ParameterizedTest
    @MethodSource("ofFreeBsd")
    void inAscendingOrderItIsTheDigestOfTheVector(Golden.Vector vector) {
        List<InetAddress> ascending = new ArrayList<>(vector.addresses());
        ascending.sort((one, other) -> Arrays.compareUnsigned(one.getAddress(), other.getAddress()));
        assertArrayEquals(Golden.hex(vector.hmac()), signed(vector, ascending), "with link-local addresses");
        assertTrue(vector.digest(DigestOrder.CONFIGURED, ascending).verify(carrying(vector)));
    }

    @ParameterizedTest
    @MethodSource("ofFreeBsd")
    void inAnyOtherOrderItIsWhatIsWrittenInThatOrder(Golden.Vector vector) throws GeneralSecurityException {
        List<InetAddress> addresses = new ArrayList<>(vector.addresses());
        for (int i = 0; i < 6; i++) {
            assertArrayEquals(independently(vector, addresses), signed(vector, addresses));
            Collections.rotate(addresses, 1);
        }
    }

    @Test
    void thereAreVectorsInAnotherOrder() {
        long others = ofFreeBsd()
                .filter(vector -> !vector.digest(DigestOrder.CONFIGURED, vector.addresses())
                        .verify(carrying(vector)))
                .count();
        assertEquals(6, others, "configured in an order that is not the ascending one");
        assertEquals(
                0,
                ofFreeBsd()
                        .filter(vector -> !vector.digest().verify(carrying(vector)))
                        .count(),
                "sorted");
    }

    private static byte[] signed(Golden.Vector vector, List<InetAddress> addresses) {
        ByteBuffer packet = carrying(vector);
        vector.digest(DigestOrder.CONFIGURED, addresses).sign(packet);
        byte[] digest = new byte[Hmac.SHA1_LENGTH];
        packet.get(AdvertisementCodec.DIGEST_AT, digest);
        return digest;
    }

    private static ByteBuffer carrying(Golden.Vector vector) {
        ByteBuffer packet = ByteBuffer.allocate(AdvertisementCodec.LENGTH);
        packet.put(AdvertisementCodec.COUNTER_AT, Golden.hex(vector.counter()));
        packet.put(AdvertisementCodec.DIGEST_AT, Golden.hex(vector.hmac()));
        return packet;
    }

    /** The JDK's HMAC over version, type, vhid, IPv4 and then IPv6 addresses as they come, and the counter. */
    private static byte[] independently(Golden.Vector vector, List<InetAddress> addresses)
            throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(Arrays.copyOf(vector.key(), 20), "HmacSHA1"));
        mac.update(new byte[] {2, 1, (byte) vector.vhid()});
        for (boolean ipv4 : new boolean[] {true, false}) {
            addresses.stream()
                    .filter(address -> address instanceof Inet4Address == ipv4)
                    .forEach(address -> mac.update(address.getAddress()));
        }
        mac.update(Golden.hex(vector.counter()));
        return mac.doFinal();
    }
}
