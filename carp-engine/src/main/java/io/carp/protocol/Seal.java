// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static io.carp.protocol.AdvertisementCodec.CHECKSUM_AT;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Seals the advertisements of one virtual host, and tells whether others are sealed: HMAC-SHA-256 over all that a
 * packet says, who sent it, and the virtual IPs. What the digest leaves out is in here. Not thread-safe.
 */
public final class Seal {
    /** What becomes of advertisements with and without a seal. */
    public enum Policy {
        /** None is made, and none is looked at. */
        OFF,
        /** Ours have one; those of others are heard with or without. */
        SEND,
        /** Ours have one, and no others are heard than those with one. */
        REQUIRE
    }

    /** Neither makes seals nor looks at any. */
    public static final Seal OFF = new Seal(Policy.OFF, 0, List.of(), List.of());

    private final Policy policy;
    private final int sendingId;
    private final SealKey[] keys;

    /** What the code covers: the packet up to the code, then the virtual IPs, which are always the same. */
    private final byte[] message;

    private final byte[] received = new byte[Hmac.SHA256_LENGTH];
    private final byte[] computed = new byte[Hmac.SHA256_LENGTH];

    /**
     * @param sendingId the number of the key that ours are made with, which has to be among the keys
     * @param keys those whose seals are right. They belong to the seal now, which wipes them
     * @param addresses the virtual IPs, in any order
     */
    public Seal(Policy policy, int sendingId, Collection<SealKey> keys, Collection<InetAddress> addresses) {
        this.policy = policy;
        this.sendingId = sendingId;
        this.keys = keys.stream().sorted(Comparator.comparingInt(SealKey::id)).toArray(SealKey[]::new);
        this.message = message(addresses);
        if (policy != Policy.OFF && key(sendingId) == null) {
            throw new IllegalArgumentException("no key has the number " + sendingId);
        }
    }

    public Policy policy() {
        return policy;
    }

    /** Whether advertisements are sealed, and seals looked at. */
    public boolean isMade() {
        return policy != Policy.OFF;
    }

    /** Puts the seal behind an advertisement that is complete but for its checksum, which is not sealed. */
    void seal(ByteBuffer packet, long epoch, OwnAddresses from) {
        SealKey key = key(sendingId);
        if (!isMade() || key == null) {
            return;
        }
        SealTrailer.write(packet, sendingId, epoch, from);
        compute(key, packet);
        packet.put(packet.position() + SealTrailer.CODE_AT, computed);
        SealTrailer.balance(packet);
    }

    /**
     * How a packet is signed whose digest is right.
     *
     * @param source the bytes of its source address
     */
    Signed judge(ByteBuffer packet, byte[] source) {
        if (policy == Policy.OFF) {
            return Signed.UNJUDGED;
        }
        boolean required = policy == Policy.REQUIRE;
        if (!SealTrailer.isThere(packet)) {
            return required ? Signed.UNSEALED : Signed.UNSEALED_YET_HEARD;
        }
        SealKey key = key(SealTrailer.keyId(packet));
        if (key != null && SealTrailer.names(source, packet) && isRight(key, packet)) {
            return Signed.SEALED;
        }
        return required ? Signed.MISSEALED : Signed.MISSEALED_YET_HEARD;
    }

    /** The comparison takes the same time wherever the first difference is. */
    private boolean isRight(SealKey key, ByteBuffer packet) {
        packet.get(packet.position() + SealTrailer.CODE_AT, received);
        compute(key, packet);
        return MessageDigest.isEqual(received, computed) && SealTrailer.isBalanced(packet);
    }

    private void compute(SealKey key, ByteBuffer packet) {
        packet.get(packet.position(), message, 0, SealTrailer.COVERED);
        message[CHECKSUM_AT] = 0; // A kernel may write it later.
        message[CHECKSUM_AT + 1] = 0;
        key.hmac.compute(message, message.length, computed);
    }

    private @Nullable SealKey key(int id) {
        for (SealKey key : keys) {
            if (key.id() == id) {
                return key;
            }
        }
        return null;
    }

    /** Whether both make and accept the same. */
    boolean sameAs(Seal other) {
        return policy == other.policy
                && sendingId == other.sendingId
                && SealKey.areSame(keys, other.keys)
                && Arrays.equals(
                        message,
                        SealTrailer.COVERED,
                        message.length,
                        other.message,
                        SealTrailer.COVERED,
                        other.message.length);
    }

    /** Removes the keys from memory. Who wipes it makes and judges no seal any more. */
    public void wipe() {
        for (SealKey key : keys) {
            key.wipe();
        }
    }

    /** Room for the packet, then for each family the number of its addresses in two bytes and they, ascending. */
    private static byte[] message(Collection<InetAddress> addresses) {
        TreeSet<byte[]> sorted = new TreeSet<>(Arrays::compareUnsigned);
        addresses.forEach(address -> sorted.add(address.getAddress()));
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(new byte[SealTrailer.COVERED]);
        for (boolean ipv6 : new boolean[] {false, true}) {
            List<byte[]> family = sorted.stream()
                    .filter(address -> address.length == SealTrailer.none(ipv6).length)
                    .toList();
            message.write(family.size() >> 8);
            message.write(family.size());
            family.forEach(message::writeBytes);
        }
        return message.toByteArray();
    }
}
