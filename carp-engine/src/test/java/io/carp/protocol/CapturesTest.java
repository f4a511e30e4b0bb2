// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** We understand every advertisement that a real ucarp sent, and would have written the same bytes. */
class CapturesTest {
    private static final Golden.Index INDEX = Golden.json("index.json", Golden.Index.class);

    static Stream<Golden.Capture> captures() {
        return INDEX.captures().stream();
    }

    @Test
    void allCapturesAreThere() {
        assertEquals(15, INDEX.captures().size());
    }

    @ParameterizedTest
    @MethodSource("captures")
    void decodesVerifiesAndEncodesToItself(Golden.Capture capture) {
        List<Golden.Heard> adverts = Golden.capture(capture.file());
        assertFalse(adverts.isEmpty(), "no advertisement in " + capture.file());
        AdvertisementDigest digest = digest(capture);
        for (Golden.Heard advert : adverts) {
            check(capture, advert, digest);
        }
    }

    @ParameterizedTest
    @MethodSource("captures")
    void theFramesAsHexAreTheSame(Golden.Capture capture) throws UnknownHostException {
        Golden.Frames frames = Stream.of(Golden.json("vectors.json", Golden.Frames[].class))
                .filter(candidate -> candidate.name().equals(capture.name()))
                .findFirst()
                .orElseThrow();
        List<Golden.Heard> adverts = new ArrayList<>();
        for (Golden.Frame frame : frames.frames()) {
            Golden.advertisement(ByteBuffer.wrap(Golden.hex(frame.frame())), adverts);
        }
        assertEquals(
                frames.frames().stream()
                        .filter(frame -> frame.kind().equals("carp"))
                        .count(),
                adverts.size());
        AdvertisementDigest digest = digest(capture);
        for (Golden.Heard advert : adverts) {
            check(capture, advert, digest);
        }
    }

    @ParameterizedTest
    @MethodSource("captures")
    void aChangedSignedByteIsNoticed(Golden.Capture capture) {
        ByteBuffer original = Golden.capture(capture.file()).get(0).packet();
        AdvertisementDigest digest = digest(capture);
        for (int i = AdvertisementCodec.COUNTER_AT; i < AdvertisementCodec.LENGTH; i++) {
            ByteBuffer changed = copy(original);
            changed.put(i, (byte) (changed.get(i) ^ 1));
            assertFalse(digest.verify(changed), "byte " + i);
            assertFalse(AdvertisementCodec.isChecksumRight(changed), "byte " + i);
        }
    }

    private static void check(Golden.Capture capture, Golden.Heard heard, AdvertisementDigest digest) {
        ByteBuffer packet = heard.packet();
        assertTrue(AdvertisementCodec.isLongEnough(packet));
        assertTrue(AdvertisementCodec.isChecksumRight(packet), "checksum");
        assertTrue(digest.verify(packet), "digest");
        assertEquals(255, heard.ttl());
        assertEquals(AdvertisementCodec.VERSION, AdvertisementCodec.version(packet));

        Advertisement advertisement = AdvertisementCodec.decode(packet, new Advertisement());
        Golden.Capture sender = sender(capture, heard);
        assertEquals(capture.vhid(), advertisement.vhid());
        assertEquals(sender.advbase(), advertisement.advbase());
        assertEquals(sender.advskew(), advertisement.advskew());
        assertEquals(0, advertisement.demotion());
        assertFalse(advertisement.isBowOut());

        ByteBuffer written = ByteBuffer.allocate(AdvertisementCodec.LENGTH);
        AdvertisementCodec.encode(advertisement, digest, written);
        assertEquals(hex(packet), hex(written));
    }

    private static Golden.Capture sender(Golden.Capture capture, Golden.Heard heard) {
        return (capture.nodes() == null ? List.of(capture) : capture.nodes())
                .stream()
                        .filter(node -> node.srcip().equals(heard.source().getHostAddress()))
                        .findFirst()
                        .orElseThrow();
    }

    private static AdvertisementDigest digest(Golden.Capture capture) {
        return new AdvertisementDigest(capture.vhid(), capture.key(), List.of(Golden.address(capture.vip())));
    }

    private static ByteBuffer copy(ByteBuffer packet) {
        return ByteBuffer.allocate(packet.remaining()).put(packet.duplicate()).flip();
    }

    private static String hex(ByteBuffer packet) {
        return HexFormat.of().formatHex(copy(packet).array(), 0, AdvertisementCodec.LENGTH);
    }
}
