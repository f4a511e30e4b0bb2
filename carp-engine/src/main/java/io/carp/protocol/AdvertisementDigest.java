// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static io.carp.protocol.AdvertisementCodec.COUNTER_AT;
import static io.carp.protocol.AdvertisementCodec.DIGEST_AT;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * Signs and verifies the advertisements of one virtual host: HMAC-SHA1 over version, type, vhid, the IPv4 addresses,
 * the IPv6 addresses, each ascending and once, and the counter. Not thread-safe.
 *
 * <p>OpenBSD's carp interfaces give themselves a link-local address that is no virtual IP; so it sends a digest without
 * link-local addresses and accepts either. We do as it does.
 */
public final class AdvertisementDigest {
    /** Bytes of a key: what the wire format has room for. */
    public static final int MAX_KEY = 20;

    private static final int COUNTER_LENGTH = 8;

    private final HmacSha1 hmac;
    /** The message without and, if there are any, with link-local addresses; the counter is filled in each time. */
    private final byte[] message;

    private final byte[] messageWithLinkLocal;
    private final byte[] received = new byte[HmacSha1.LENGTH];
    private final byte[] computed = new byte[HmacSha1.LENGTH];

    /** Only to tell one digest from another. */
    private final byte[] key;

    /**
     * @param vhid 1..255
     * @param key at most 20 bytes, taken as they are
     * @param addresses the virtual IPs, in any order
     */
    public AdvertisementDigest(int vhid, byte[] key, Collection<InetAddress> addresses) {
        if (key.length > MAX_KEY) {
            throw new IllegalArgumentException(
                    "pass has " + key.length + " bytes: allowed are at most " + MAX_KEY + " (ucarp: 19)");
        }
        this.key = key.clone();
        hmac = new HmacSha1(key);
        message = message(vhid, addresses, false);
        messageWithLinkLocal = message(vhid, addresses, true);
    }

    /** Fills in the digest of a packet whose counter is there already. */
    public void sign(ByteBuffer packet) {
        compute(message, packet);
        for (int i = 0; i < HmacSha1.LENGTH; i++) {
            packet.put(packet.position() + DIGEST_AT + i, computed[i]);
        }
    }

    /** Whether the packet carries our digest; takes the same time wherever the first difference is. */
    public boolean verify(ByteBuffer packet) {
        for (int i = 0; i < HmacSha1.LENGTH; i++) {
            received[i] = packet.get(packet.position() + DIGEST_AT + i);
        }
        compute(message, packet);
        if (MessageDigest.isEqual(received, computed)) {
            return true;
        }
        if (message.length == messageWithLinkLocal.length) {
            return false;
        }
        compute(messageWithLinkLocal, packet);
        return MessageDigest.isEqual(received, computed);
    }

    /** Whether both sign alike. */
    public boolean sameAs(AdvertisementDigest other) {
        return MessageDigest.isEqual(key, other.key)
                && Arrays.equals(
                        messageWithLinkLocal,
                        0,
                        messageWithLinkLocal.length - COUNTER_LENGTH,
                        other.messageWithLinkLocal,
                        0,
                        other.messageWithLinkLocal.length - COUNTER_LENGTH);
    }

    private void compute(byte[] message, ByteBuffer packet) {
        for (int i = 0; i < COUNTER_LENGTH; i++) {
            message[message.length - COUNTER_LENGTH + i] = packet.get(packet.position() + COUNTER_AT + i);
        }
        hmac.compute(message, message.length, computed);
    }

    private static byte[] message(int vhid, Collection<InetAddress> addresses, boolean withLinkLocal) {
        TreeSet<byte[]> ipv4 = new TreeSet<>(Arrays::compareUnsigned);
        TreeSet<byte[]> ipv6 = new TreeSet<>(Arrays::compareUnsigned);
        for (InetAddress address : addresses) {
            byte[] bytes = address.getAddress();
            if (addresses.size() > 1 && (isAll(bytes, (byte) 0) || isAll(bytes, (byte) 0xff))) {
                continue; // The BSDs' scan for the next higher address can never find these two; ucarp signs its one.
            }
            if (address instanceof Inet4Address) {
                ipv4.add(bytes);
            } else if (withLinkLocal || !address.isLinkLocalAddress()) {
                ipv6.add(bytes);
            }
        }
        ByteBuffer message = ByteBuffer.allocate(3 + 4 * ipv4.size() + 16 * ipv6.size() + COUNTER_LENGTH);
        message.put((byte) AdvertisementCodec.VERSION)
                .put((byte) AdvertisementCodec.TYPE)
                .put((byte) vhid);
        for (TreeSet<byte[]> family : List.of(ipv4, ipv6)) {
            family.forEach(message::put);
        }
        return message.array();
    }

    private static boolean isAll(byte[] bytes, byte value) {
        for (byte b : bytes) {
            if (b != value) {
                return false;
            }
        }
        return true;
    }
}
