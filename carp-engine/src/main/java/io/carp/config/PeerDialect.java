// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.ElectionKeys;
import io.carp.protocol.AdvertisementDigest;
import io.carp.protocol.DemotionStyle;
import io.carp.protocol.DigestOrder;
import io.carp.protocol.Seal;
import java.net.InetAddress;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * In what the other implementations of CARP differ on the wire: as which of them we speak. The same on every node of a
 * group.
 *
 * @param demotionStyle {@code demotionStyle}: how a demotion is said and judged
 * @param digestOrder {@code digestOrder}: in which order the virtual IPs are signed
 * @param digestMac {@code digestMac}: the hardware address that is signed, too; empty for none
 */
record PeerDialect(DemotionStyle demotionStyle, DigestOrder digestOrder, List<Integer> digestMac) {
    private static final Pattern MAC = Pattern.compile("[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}");

    static PeerDialect parse(CfgValues values) throws ConfigurationRefused {
        return new PeerDialect(
                values.constant(ElectionKeys.DEMOTION_STYLE, DemotionStyle.class),
                values.constant(ElectionKeys.DIGEST_ORDER, DigestOrder.class),
                digestMac(values.text(ElectionKeys.DIGEST_MAC)));
    }

    /** Signs and verifies in this dialect. */
    AdvertisementDigest digest(int vhid, byte[] key, List<InetAddress> addresses, Seal seal) {
        return new AdvertisementDigest(vhid, key, addresses, digestOrder, mac(), seal);
    }

    private byte @Nullable [] mac() {
        if (digestMac.isEmpty()) {
            return null;
        }
        byte[] mac = new byte[digestMac.size()];
        for (int i = 0; i < mac.length; i++) {
            mac[i] = digestMac.get(i).byteValue();
        }
        return mac;
    }

    private static List<Integer> digestMac(@Nullable String text) throws ConfigurationRefused {
        if (text == null) {
            return List.of();
        }
        if (MAC.matcher(text).matches()) {
            List<Integer> mac = Pattern.compile(":")
                    .splitAsStream(text)
                    .map(two -> Integer.valueOf(two, 16))
                    .toList();
            if ((mac.get(0) & 1) == 0) {
                return mac;
            }
        }
        throw ConfigurationRefused.of(ElectionKeys.DIGEST_MAC, text);
    }
}
