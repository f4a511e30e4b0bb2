// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AnnouncementTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern ARP = Pattern.compile("\"kind\": \"arp\",\\s*\"frame\": \"([0-9a-f]+)\"");

    @Test
    void gratuitousArpIsWhatUcarpSendsAndTheSameAsAReply() throws IOException {
        Matcher captured = ARP.matcher(golden());
        int count = 0;
        while (captured.find()) {
            byte[] frame = HEX.parseHex(captured.group(1));
            byte[] mac = Arrays.copyOfRange(frame, 6, 12);
            byte[] address = Arrays.copyOfRange(frame, 28, 32);
            var ip = new VirtualIp(InetAddress.getByAddress(address), 32);
            var frames = Announcement.frames(ip, mac, true);
            assertEquals(captured.group(1), HEX.formatHex(frames.get(0)));
            assertEquals(2, frames.size());
            String reply =
                    new StringBuilder(captured.group(1)).replace(40, 44, "0002").toString();
            assertEquals(reply, HEX.formatHex(frames.get(1)), "nothing but the operation differs");
            count++;
        }
        assertTrue(count > 20, count + " frames");
    }

    @Test
    void neighbourAdvertisementOverridesAndIsUnsolicited() throws IOException {
        byte[] mac = HEX.parseHex("00005e00012a");
        var ip = new VirtualIp(InetAddress.getByName("fd09::100"), 128);
        byte[] host = only(Announcement.frames(ip, mac, false));
        assertEquals(
                "333300000001" + "00005e00012a" + "86dd"
                        + "60000000" + "0020" + "3a" + "ff"
                        + "fd090000000000000000000000000100" + "ff020000000000000000000000000001"
                        + "8800" + "XXXX" + "20000000" + "fd090000000000000000000000000100"
                        + "0201" + "00005e00012a",
                HEX.formatHex(host).replaceFirst("(?<=8800)....", "XXXX"));
        assertEquals(0xffff, sumWithPseudoHeader(host));
        byte[] router = only(Announcement.frames(ip, mac, true));
        assertEquals("a0000000", HEX.formatHex(router, 58, 62));
        assertEquals(0xffff, sumWithPseudoHeader(router));
    }

    private static byte[] only(List<byte[]> frames) {
        assertEquals(1, frames.size());
        return frames.get(0);
    }

    /** With a right checksum in place the sum over everything is all ones. */
    private static int sumWithPseudoHeader(byte[] frame) {
        int sum = 32 + 58;
        for (int at = 22; at < 86; at += 2) {
            sum += ((frame[at] & 0xff) << 8) | (frame[at + 1] & 0xff);
        }
        return (sum & 0xffff) + (sum >>> 16);
    }

    private static String golden() throws IOException {
        try (var in = AnnouncementTest.class.getResourceAsStream("/golden/vectors.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
