// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/** The hardware address that the masters of a group share, as the BSDs and VRRP have it: 00:00:5e:00:01:vhid. */
public final class VirtualMac {
    private VirtualMac() {}

    /** Its six bytes. */
    public static byte[] of(int vhid) {
        return new byte[] {0, 0, 0x5e, 0, 1, (byte) vhid};
    }
}
