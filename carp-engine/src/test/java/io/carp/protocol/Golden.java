// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what lies in {@code golden/}; see the README there. */
final class Golden {
    private static final int PCAP_HEADER = 24;
    private static final int RECORD_HEADER = 16;
    private static final int ETHERNET_HEADER = 14;
    private static final int CARP = 112;

    private Golden() {}

    /** {@code index.json}. */
    record Index(List<Capture> captures) {}

    /** What one ucarp, or the nodes of a group, were started with. */
    record Capture(
            String name,
            String file,
            int vhid,
            int advbase,
            int advskew,
            String passwordHex,
            String vip,
            String srcip,
            List<Capture> nodes) {
        byte[] key() {
            return hex(passwordHex);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** {@code vectors.json}. */
    record Frames(String name, List<Frame> frames) {}

    record Frame(long tUs, String kind, String frame) {}

    /** {@code bsd-vectors.json} and, with fewer fields, {@code synthetic-vectors.json}. */
    record Vector(
            String implementation,
            String name,
            @SerializedName("key_hex") String keyHex,
            @SerializedName("key_ascii") String keyAscii,
            int vhid,
            @SerializedName("v4_config_order") List<String> ipv4,
            @SerializedName("v6_config_order") List<String> ipv6,
            String counter,
            String hmac,
            @SerializedName("adverts_sent") List<Sent> sent,
            @SerializedName("extra_config") @Nullable Extra extra) {
        record Sent(String family, String carp36) {}

        /** OpenBSD's lladdr, and whether it is that of the interface below. */
        record Extra(
                @SerializedName("carp_lladdr") String mac,
                @SerializedName("sc_realmac") int real) {}

        AdvertisementDigest digest() {
            return digest(DigestOrder.SORTED, addresses());
        }

        AdvertisementDigest digest(DigestOrder order, List<InetAddress> addresses) {
            boolean byHand = extra != null && extra.real() == 0;
            byte[] mac = byHand ? hex(extra.mac().replace(":", "")) : null;
            return new AdvertisementDigest(vhid, key(), addresses, order, mac, Seal.OFF);
        }

        byte[] key() {
            return keyHex != null ? hex(keyHex) : keyAscii.getBytes(StandardCharsets.US_ASCII);
        }

        /** As configured, IPv4 first. */
        List<InetAddress> addresses() {
            List<InetAddress> addresses = new ArrayList<>();
            ipv4.forEach(text -> addresses.add(address(text)));
            ipv6.forEach(text -> addresses.add(address(text)));
            return addresses;
        }

        @Override
        public String toString() {
            return implementation == null ? name : implementation + ": " + name;
        }
    }

    /** An advertisement on the wire, with the IPv4 address it came from. */
    record Heard(InetAddress source, int ttl, ByteBuffer packet) {}

    static <T> T json(String file, Class<T> type) {
        try (Reader reader = new InputStreamReader(open(file), StandardCharsets.UTF_8)) {
            return new Gson().fromJson(reader, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> lines(String file) {
        try (InputStream in = open(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The advertisements of a capture, in their order. */
    static List<Heard> capture(String file) {
        List<Heard> heard = new ArrayList<>();
        try (InputStream in = open(file)) {
            ByteBuffer pcap = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            pcap.position(PCAP_HEADER);
            while (pcap.hasRemaining()) {
                int length = pcap.getInt(pcap.position() + 8);
                pcap.position(pcap.position() + RECORD_HEADER);
                advertisement(pcap.slice(pcap.position(), length), heard);
                pcap.position(pcap.position() + length);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return heard;
    }

    /** Adds what an Ethernet frame carries, if it carries CARP. */
    static void advertisement(ByteBuffer frame, List<Heard> heard) throws UnknownHostException {
        if (frame.getShort(ETHERNET_HEADER - 2) != 0x0800 || frame.get(ETHERNET_HEADER + 9) != CARP) {
            return;
        }
        byte[] source = new byte[4];
        frame.get(ETHERNET_HEADER + 12, source);
        int headerLength = (frame.get(ETHERNET_HEADER) & 0x0f) * 4;
        int start = ETHERNET_HEADER + headerLength;
        int ttl = frame.get(ETHERNET_HEADER + 8) & 0xff;
        heard.add(new Heard(InetAddress.getByAddress(source), ttl, frame.slice(start, frame.limit() - start)));
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /** Of a literal address. */
    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }

    private static InputStream open(String file) throws IOException {
        InputStream in = Golden.class.getResourceAsStream("/golden/" + file);
        if (in == null) {
            throw new IOException("no golden/" + file);
        }
        return in;
    }
}
