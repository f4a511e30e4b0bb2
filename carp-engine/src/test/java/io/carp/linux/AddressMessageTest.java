// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AddressMessageTest {
    @Test
    void ipv4IsWrittenAsTheHeadersSay() throws Exception {
        var address = new AddressMessage(3, InetAddress.getByName("10.1.0.100"), 24, 0, 0x70, "eth0:w", 2, 2);
        assertEquals(
                "02180000" + "03000000"
                        + "0800" + "0200" + "0a010064"
                        + "0800" + "0100" + "0a010064"
                        + "0b00" + "0300" + "657468303a7700" + "00"
                        + "1400" + "0600" + "02000000" + "02000000" + "00000000" + "00000000"
                        + "0800" + "0800" + "00000000"
                        + "0500" + "0b00" + "70" + "000000",
                HexFormat.of().formatHex(encode(address)));
        assertEquals(address, decode(encode(address)));
    }

    @Test
    void ipv6IsReadBackAsWritten() throws Exception {
        var address = new AddressMessage(
                9, InetAddress.getByName("fd00::100"), 128, 0x202, 0x70, null, AddressMessage.INFINITY, 0);
        assertEquals(address, decode(encode(address)));
    }

    @Test
    void withAPeerTheLocalAddressCounts() throws Exception {
        var peer = HexFormat.of().parseHex("02200000" + "03000000" + "08000100" + "0a000001" + "08000200" + "0a000002");
        assertEquals(InetAddress.getByName("10.0.0.2"), decode(peer).local());
        assertEquals(0, decode(peer).proto());
    }

    @Test
    void otherFamiliesAndTruncatedMessagesAreNoAddress() {
        assertNull(decode(HexFormat.of().parseHex("07200000" + "03000000" + "08000100" + "0a000001")));
        assertNull(decode(HexFormat.of().parseHex("02200000")));
        assertNull(decode(HexFormat.of().parseHex("02200000" + "03000000" + "ff000100" + "0a000001")));
    }

    private static byte[] encode(AddressMessage address) {
        var out = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        address.encode(out);
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    private static AddressMessage decode(byte[] bytes) {
        return AddressMessage.decode(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    }
}
