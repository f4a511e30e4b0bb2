// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.protocol.SealMarks.Kept;
import io.carp.protocol.SealMarks.Mark;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The content of the {@link SealFile}: a line for each virtual host and each sender, and a checksum of all in the end.
 *
 * <pre>
 *   7@eth0 epoch 1764201600
 *   7@eth0 10.0.0.2 1764201600 1849949998080123456
 * </pre>
 */
final class SealText {
    private static final String HEAD =
            "# How far sealed advertisements have come: virtual host, sender, epoch, sequence\n";
    private static final String SUM = "crc32 ";
    private static final String EPOCH = "epoch";
    private static final int WORDS_OF_EPOCH = 3;
    private static final int WORDS_OF_MARK = 4;
    private static final Pattern ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9a-f]*(:[0-9a-f]*)+");

    private SealText() {}

    static String of(Map<String, Kept> marks) {
        StringBuilder text = new StringBuilder(HEAD);
        marks.forEach((host, kept) -> {
            text.append(host).append(' ').append(EPOCH).append(' ');
            text.append(Long.toUnsignedString(kept.epoch())).append('\n');
            for (Mark mark : kept.marks()) {
                text.append(host).append(' ').append(digits(mark.sender())).append(' ');
                text.append(Long.toUnsignedString(mark.epoch())).append(' ');
                text.append(Long.toUnsignedString(mark.sequence())).append('\n');
            }
        });
        return text + SUM + sum(text.toString()) + "\n";
    }

    /** Without the name of an interface behind a link-local one. */
    private static String digits(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    private static String sum(String text) {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(sum.getValue());
    }

    static Map<String, Kept> parse(String text) throws IOException {
        int end = text.lastIndexOf(SUM);
        if (end < 0 || !text.substring(end).strip().equals(SUM + sum(text.substring(0, end)))) {
            throw new IOException("its checksum is wrong");
        }
        Map<String, Long> epochs = new TreeMap<>();
        Map<String, List<Mark>> marks = new TreeMap<>();
        for (String line : text.substring(0, end).lines().toList()) {
            String[] words = line.split(" ", -1);
            if (line.startsWith("#")) {
                continue;
            } else if (words.length == WORDS_OF_EPOCH && words[1].equals(EPOCH)) {
                epochs.put(words[0], Long.parseUnsignedLong(words[2]));
            } else if (words.length == WORDS_OF_MARK
                    && ADDRESS.matcher(words[1]).matches()) {
                Mark mark = new Mark(
                        InetAddress.getByName(words[1]),
                        Long.parseUnsignedLong(words[2]),
                        Long.parseUnsignedLong(words[WORDS_OF_MARK - 1]));
                marks.computeIfAbsent(words[0], any -> new ArrayList<>()).add(mark);
            } else {
                throw new IOException("there is a line in it that nobody writes");
            }
        }
        Map<String, Kept> all = new TreeMap<>();
        epochs.forEach((host, epoch) -> all.put(host, new Kept(epoch, marks.getOrDefault(host, List.of()))));
        return all;
    }
}
