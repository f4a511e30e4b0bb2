// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static io.carp.protocol.AdvertisementCodec.COUNTER_AT;
import static io.carp.protocol.AdvertisementCodec.DIGEST_AT;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Signs and verifies the advertisements of one virtual host: HMAC-SHA1 over version, type, a MAC if there is one, vhid,
 * the IPv4 addresses, the IPv6 addresses, and the counter. Not thread-safe.
 *
 * <p>A digest over the addresses is accepted with the link-local ones among them and without; {@link DigestOrder}
 * decides which of the two is sent.
 */
public final class AdvertisementDigest {
    /** Bytes of a key: what the wire format has room for. */
    public static final int MAX_KEY = 20;

    private static final int COUNTER_LENGTH = 8;
    private static final int MAC_LENGTH = 6;
    private static final byte[] VIRTUAL_MAC = {0, 0, 0x5e, 0, 1};

    private final Hmac hmac;
    private final Seal seal;
    /** The message that we sign. Its counter is filled in each time. */
    private final byte[] message;

    /**
     * The other message that we accept: it has the link-local addresses if ours leaves them out, and the reverse. Both
     * are equal if there are none.
     */
    private final byte[] variant;

    private final byte[] received = new byte[Hmac.SHA1_LENGTH];
    private final byte[] computed = new byte[Hmac.SHA1_LENGTH];

    private boolean wiped;

    /** The addresses are signed in ascending order and without a MAC, as almost all implementations do. */
    public AdvertisementDigest(int vhid, byte[] key, Collection<InetAddress> addresses) {
        this(vhid, key, addresses, DigestOrder.SORTED, null, Seal.OFF);
    }

    /**
     * @param vhid 1..255
     * @param key at most 20 bytes, taken as they are; no bytes mean the same as 20 zeros, with which the BSDs have no
     *     password. The array belongs to the caller, who wipes it
     * @param addresses the virtual IPs; their order matters only with {@link DigestOrder#CONFIGURED}
     * @param order in which order they are signed
     * @param mac the 6 bytes that somebody gave to the carp interfaces of OpenBSD nodes ({@code lladdr}); usually null.
     *     The virtual MAC of the vhid counts as no MAC, as it does on OpenBSD
     * @param seal what advertisements are sealed with besides. It belongs to the digest now, which wipes it
     */
    public AdvertisementDigest(
            int vhid,
            byte[] key,
            Collection<InetAddress> addresses,
            DigestOrder order,
            byte @Nullable [] mac,
            Seal seal) {
        if (key.length > MAX_KEY) {
            throw new IllegalArgumentException(
                    "pass has " + key.length + " bytes: allowed are at most " + MAX_KEY + " (ucarp: 19)");
        }
        hmac = Hmac.sha1(key);
        this.seal = seal;
        byte[] signedMac = mac == null || isVirtualMac(mac, vhid) ? new byte[0] : Arrays.copyOf(mac, MAC_LENGTH);
        boolean configured = order == DigestOrder.CONFIGURED;
        message = message(vhid, signedMac, signed(addresses, order), configured);
        variant = message(vhid, signedMac, signed(addresses, order), !configured);
    }

    /**
     * Fills in the digest of a packet whose counter is there already.
     *
     * @throws IllegalStateException if it has been wiped
     */
    public void sign(ByteBuffer packet) {
        if (wiped) {
            throw new IllegalStateException("the key of this digest has been wiped");
        }
        compute(message, packet);
        for (int i = 0; i < Hmac.SHA1_LENGTH; i++) {
            packet.put(packet.position() + DIGEST_AT + i, computed[i]);
        }
    }

    /**
     * Whether the packet carries our digest. The comparison takes the same time wherever the first difference is. A
     * wiped digest accepts no packet.
     */
    public boolean verify(ByteBuffer packet) {
        if (wiped) {
            return false;
        }
        for (int i = 0; i < Hmac.SHA1_LENGTH; i++) {
            received[i] = packet.get(packet.position() + DIGEST_AT + i);
        }
        compute(message, packet);
        if (MessageDigest.isEqual(received, computed)) {
            return true;
        }
        if (message.length == variant.length) {
            return false;
        }
        compute(variant, packet);
        return MessageDigest.isEqual(received, computed);
    }

    /** How the packet is signed. Whatever its digest is, a seal that is not asked for is not looked at. */
    Signed judge(ByteBuffer packet, InetAddress source, SealMarks marks) {
        if (!verify(packet)) {
            return Signed.FOREIGN;
        }
        return seal.isMade() ? seal.judge(packet, marks.bytes(source)) : Signed.UNJUDGED;
    }

    /** What advertisements are sealed with. */
    public Seal seal() {
        return seal;
    }

    /** Whether both sign and accept the same. */
    public boolean sameAs(AdvertisementDigest other) {
        return hmac.hasSameKeyAs(other.hmac)
                && sameButForTheCounter(message, other.message)
                && sameButForTheCounter(variant, other.variant)
                && seal.sameAs(other.seal);
    }

    /** Removes the keys from memory. A wiped digest signs and accepts nothing. */
    public void wipe() {
        hmac.wipe();
        seal.wipe();
        wiped = true;
    }

    private static boolean sameButForTheCounter(byte[] one, byte[] other) {
        return Arrays.equals(one, 0, one.length - COUNTER_LENGTH, other, 0, other.length - COUNTER_LENGTH);
    }

    private void compute(byte[] message, ByteBuffer packet) {
        for (int i = 0; i < COUNTER_LENGTH; i++) {
            message[message.length - COUNTER_LENGTH + i] = packet.get(packet.position() + COUNTER_AT + i);
        }
        hmac.compute(message, message.length, computed);
    }

    /** The addresses in the order in which they are signed; the caller puts IPv4 before IPv6. */
    private static Collection<InetAddress> signed(Collection<InetAddress> addresses, DigestOrder order) {
        if (order == DigestOrder.CONFIGURED) {
            return addresses;
        }
        Collection<InetAddress> sorted =
                new TreeSet<>((one, other) -> Arrays.compareUnsigned(one.getAddress(), other.getAddress()));
        for (InetAddress address : addresses) {
            byte[] bytes = address.getAddress();
            if (addresses.size() > 1 && (isAll(bytes, (byte) 0) || isAll(bytes, (byte) 0xff))) {
                continue; // The BSDs' scan for the next higher address can never find these two; ucarp signs its one.
            }
            sorted.add(address);
        }
        return sorted;
    }

    private static byte[] message(int vhid, byte[] mac, Collection<InetAddress> addresses, boolean withLinkLocal) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(AdvertisementCodec.VERSION);
        message.write(AdvertisementCodec.TYPE);
        message.writeBytes(mac);
        message.write(vhid);
        for (InetAddress address : addresses) {
            if (address instanceof Inet4Address) {
                message.writeBytes(address.getAddress());
            }
        }
        for (InetAddress address : addresses) {
            if (address instanceof Inet6Address && (withLinkLocal || !address.isLinkLocalAddress())) {
                message.writeBytes(address.getAddress());
            }
        }
        message.writeBytes(new byte[COUNTER_LENGTH]);
        return message.toByteArray();
    }

    /** Whether it is 00:00:5e:00:01:vhid, which OpenBSD does not sign. */
    private static boolean isVirtualMac(byte[] mac, int vhid) {
        return Arrays.equals(mac, 0, VIRTUAL_MAC.length, VIRTUAL_MAC, 0, VIRTUAL_MAC.length)
                && mac[VIRTUAL_MAC.length] == (byte) vhid;
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
