// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpState;
import io.carp.Reason;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Compares, row by row, what FreeBSD, OpenBSD and ucarp do with a received advertisement and what we do. {@link
 * #DIFFERENCES} says where we differ on purpose.
 */
class ElectionTableTest {
    private static final AdvertisementDigest DIGEST =
            new AdvertisementDigest(1, "secret".getBytes(UTF_8), List.of(Golden.address("10.9.9.100")));
    private static final Pattern ARMED = Pattern.compile("arm md6?=([0-9.]+)");
    private static final Pattern SENT = Pattern.compile("ADVERT base=\\d+ skew=\\d+( b4=\\d+)?");

    /** ucarp's -200 and 240 do not exist: 1 stands for its suppression, which is a skew of 240. */
    private static final int UCARP_SUPPRESSION = 240;

    private static final String ADVBASE_0 =
            "OpenBSD with advbase 0 takes nothing for bound to time out; we do, as ucarp: else no bow-out is heard";
    private static final String DESTINATION = "where it was sent to is for the transport to check";
    private static final String ECHO =
            "OpenBSD knows its echo by the counter, which never changes there; we know ours by its source";

    private static final int ALIKE = 4285;
    private static final int ALIKE_IN_HEADER = 4096;

    /** The reasons why rows do not bind us, each with its rows. A reason that no row needs is a mistake here. */
    private static final Map<String, Predicate<Row>> DIFFERENCES = new LinkedHashMap<>();

    /** The same for OpenBSD's rows and {@code demotionStyle = header}. */
    private static final Map<String, Predicate<Row>> DIFFERENCES_IN_HEADER = new LinkedHashMap<>();

    static {
        DIFFERENCES.put(
                "OpenBSD's demotion travels in byte 4; we fold ours into advskew, as FreeBSD, and read nobody's",
                row -> row.openBsd() && (row.ownDemotion() != 0 || row.receivedDemotion() != 0));
        DIFFERENCES.put(ADVBASE_0, row -> row.openBsd() && row.state() == CarpState.BACKUP && row.ownAdvbase() == 0);
        DIFFERENCES.put(
                "ucarp with advbase 0 gives a master advskew alone; we triple it, as OpenBSD does",
                row -> row.ucarp() && row.state() == CarpState.BACKUP && row.ownAdvbase() == 0);
        DIFFERENCES.put(
                "ucarp leaves 241..254 as it is; we send and compare 240, as FreeBSD",
                row -> row.ucarp() && row.ownAdvskew() > 240);
        DIFFERENCES.put(
                "OpenBSD does not limit a skew it does not demote; we send and compare 240, as FreeBSD",
                row -> row.openBsd() && row.ownAdvskew() > 240);
        DIFFERENCES.put(
                "ucarp compares the addresses of a tie in host byte order; we compare them as numbers",
                row -> row.ucarp() && row.tieAcrossNets());
        DIFFERENCES.put(
                "FreeBSD's TTL gate looks at its own peer address, in the wrong byte order; we want 255, as OpenBSD",
                row -> !row.ucarp() && !row.openBsd() && row.number(10) != 255);
        DIFFERENCES.put(
                DESTINATION, row -> row.note().contains("DST=") || row.note().startsWith("\"multicast dst"));
        DIFFERENCES.put(
                ECHO,
                row -> row.mutation().equals("owncookie") || row.mutation().equals("counter0"));
        for (String reason : List.of(ADVBASE_0, DESTINATION, ECHO)) {
            DIFFERENCES_IN_HEADER.put(reason, DIFFERENCES.get(reason));
        }
    }

    /** One line of the table; demotions and notes as they stand there. */
    record Row(String[] cells) {
        boolean ucarp() {
            return cells[0].equals("ucarp");
        }

        boolean openBsd() {
            return cells[0].equals("openbsd");
        }

        CarpState state() {
            return CarpState.valueOf(cells[2]);
        }

        int number(int column) {
            return Integer.parseInt(cells[column]);
        }

        int ownAdvbase() {
            return number(3);
        }

        int ownAdvskew() {
            return number(4);
        }

        int ownDemotion() {
            return ucarp() ? number(5) * UCARP_SUPPRESSION : number(5);
        }

        boolean preempt() {
            return number(6) == 1;
        }

        int receivedDemotion() {
            return number(9);
        }

        String mutation() {
            return cells[11];
        }

        CarpState result() {
            return CarpState.valueOf(cells[12]);
        }

        String actions() {
            return cells[13];
        }

        String note() {
            return cells[14];
        }

        InetAddress noted(String key, String otherwise) {
            Matcher noted = Pattern.compile("\\b" + key + "=([0-9.]+)").matcher(note());
            return Golden.address(noted.find() ? noted.group(1) : otherwise);
        }

        /** The BSDs always yield a tie, so in their rows our own address is the higher one. */
        InetAddress ownSource() {
            return noted("(?<!R)SRC", ucarp() ? "10.9.9.9" : "10.9.9.99");
        }

        InetAddress receivedSource() {
            return noted("RSRC", "10.9.9.10");
        }

        boolean tieAcrossNets() {
            return note().contains("10.99.1.1");
        }
    }

    @Test
    void everyRowIsDecidedAlikeOrDifferentForAReason() {
        decide(rows(), DemotionStyle.ADVSKEW, DIFFERENCES, ALIKE);
    }

    @Test
    void openBsdIsUnderstoodWithTheDemotionInTheHeader() {
        List<Row> openBsd = rows().stream().filter(Row::openBsd).toList();
        decide(openBsd, DemotionStyle.HEADER, DIFFERENCES_IN_HEADER, ALIKE_IN_HEADER);
    }

    private static void decide(
            List<Row> rows, DemotionStyle style, Map<String, Predicate<Row>> differences, int expected) {
        List<String> wrong = new ArrayList<>();
        Map<String, Integer> needed = new LinkedHashMap<>();
        differences.keySet().forEach(reason -> needed.put(reason, 0));
        int alike = 0;
        for (Row row : rows) {
            String decision = decide(row, style);
            List<String> reasons = differences.entrySet().stream()
                    .filter(difference -> difference.getValue().test(row))
                    .map(Map.Entry::getKey)
                    .toList();
            if (decision.isEmpty()) {
                alike++;
            } else if (reasons.isEmpty()) {
                wrong.add(String.join(",", row.cells()) + "\n    ours: " + decision);
            } else {
                reasons.forEach(reason -> needed.merge(reason, 1, Integer::sum));
            }
        }
        assertTrue(
                wrong.isEmpty(),
                () -> wrong.size() + " rows differ without a reason, such as\n"
                        + wrong.stream().limit(20).collect(Collectors.joining("\n")));
        assertEquals(
                List.of(),
                needed.keySet().stream().filter(r -> needed.get(r) == 0).toList(),
                "not needed");
        assertEquals(expected, alike, () -> "rows decided alike; the others: " + needed);
    }

    /** What we do differently from the row; empty if nothing. */
    private static String decide(Row row, DemotionStyle style) {
        CarpStateMachine machine = machine(row, style);
        ByteBuffer packet = packet(row);
        long now = 1_000_000L;
        String before = machine.counters().asMap().toString();
        Step step = machine.receive(row.receivedSource(), row.number(10), packet, now);
        if (step.to() != row.result()) {
            return step.to().toString();
        }
        Matcher counted = Pattern.compile("stat:carps_(\\w+)").matcher(row.actions());
        if (counted.find()) {
            long count = machine.counters().asMap().getOrDefault(counted.group(1), 0L);
            return count == 1
                    ? ""
                    : "counters " + before + " → " + machine.counters().asMap();
        }
        Matcher armed = ARMED.matcher(row.actions());
        if (armed.find() && step.to() == CarpState.BACKUP) {
            double seconds = (machine.deadline() - now) / 1e9;
            if (Math.abs(seconds - Double.parseDouble(armed.group(1))) > 2e-6) {
                return "armed " + seconds;
            }
        }
        Matcher sent = SENT.matcher(row.actions());
        if (sent.find() && step.to() == CarpState.MASTER) {
            Advertisement ours = AdvertisementCodec.decode(step.packet(), new Advertisement());
            String text = "ADVERT base=" + ours.advbase() + " skew=" + ours.advskew()
                    + (sent.group(1) == null ? "" : " b4=" + ours.demotion());
            if (!step.sends() || !sent.group().equals(text)) {
                return "sent " + text;
            }
        }
        boolean reasserted = row.actions().startsWith("GARP");
        return reasserted && !step.announces() ? "no announcement" : "";
    }

    private static CarpStateMachine machine(Row row, DemotionStyle style) {
        Settings settings =
                new Settings(1, row.ownAdvbase(), row.ownAdvskew(), row.preempt(), 3, 0, 60, Delays.USUAL, style);
        CarpStateMachine machine = new CarpStateMachine(settings, DIGEST, 1);
        machine.source(false, row.ownSource());
        machine.demotion(row.ownDemotion(), 0);
        if (row.state() != CarpState.INIT) {
            machine.start(Reason.INITIALIZATION_COMPLETE, 0);
        }
        if (row.state() == CarpState.MASTER) {
            machine.takeOver(0);
        }
        return machine;
    }

    private static ByteBuffer packet(Row row) {
        boolean trailing = row.mutation().equals("trail");
        ByteBuffer packet = ByteBuffer.allocate(AdvertisementCodec.LENGTH + (trailing ? 4 : 0));
        Advertisement advertisement =
                new Advertisement().set(1, row.number(7), row.number(8), row.receivedDemotion(), 42);
        AdvertisementCodec.encode(advertisement, DIGEST, packet);
        switch (row.mutation()) {
            case "type2" -> change(packet, 0, 0x22);
            case "ver3" -> change(packet, 0, 0x31);
            case "authlen0" -> change(packet, AdvertisementCodec.AUTHLEN_AT, 0);
            case "vhid+1" -> change(packet, AdvertisementCodec.VHID_AT, 2);
            case "badmd" -> change(packet, AdvertisementCodec.DIGEST_AT, ~packet.get(AdvertisementCodec.DIGEST_AT));
            case "short" -> packet.limit(AdvertisementCodec.LENGTH - 1);
            case "badsum" -> packet.put(AdvertisementCodec.CHECKSUM_AT, (byte) ~packet.get(6));
            default -> {
                // trailing bytes are there already; the rest is among the differences
            }
        }
        return packet;
    }

    /** Changes one byte and puts the checksum right again. */
    private static void change(ByteBuffer packet, int at, int value) {
        packet.put(at, (byte) value);
        Packets.sum(packet);
    }

    private static List<Row> rows() {
        return Golden.lines("election-table.csv").stream()
                .skip(1)
                .map(line -> new Row(line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1)))
                .toList();
    }
}
