// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ProbeTest {
    private static final byte[] MAC = {2, 0, 0, 0, 0, 1};

    private static String hex(byte[] frame) {
        return HexFormat.of().formatHex(frame);
    }

    /** RFC 5227, 2.1.1: the sender's IP address is zero, and so is the hardware address that is asked for. */
    @Test
    void arpInNobodysName() throws Exception {
        assertEquals(
                "ffffffffffff" + "020000000001" + "0806" + "0001" + "0800" + "0604" + "0001" + "020000000001"
                        + "00000000" + "000000000000" + "0a090064",
                hex(Probe.arp(MAC, InetAddress.getByName("10.9.0.100"))));
    }

    /** RFC 4861, 4.3 and 7.2.2. */
    @Test
    void aSolicitationToTheGroupOfTheAddress() throws Exception {
        var from = (Inet6Address) InetAddress.getByName("fe80::1");
        var frame = hex(Probe.solicitation(MAC, from, InetAddress.getByName("fd09::100")));
        assertEquals(
                "3333ff000100" + "020000000001" + "86dd" + "60000000" + "0020" + "3a" + "ff"
                        + "fe800000000000000000000000000001" + "ff0200000000000000000001ff000100"
                        + "8700" + "7a12" + "00000000" + "fd090000000000000000000000000100"
                        + "0101" + "020000000001",
                frame);
    }
}
