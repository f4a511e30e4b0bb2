// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.SealKeys;
import io.carp.protocol.Seal;
import io.carp.protocol.SealKey;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The keys {@code seal…}: whether advertisements are sealed, and with which secrets. These are in no message. */
final class SealConfig {
    /** More keys than anybody rotates. */
    private static final int MOST_BYTES = 4096;

    private static final String ALLOWED = SealKeys.SEAL_KEY.allowed().inWords();
    private static final int LONGEST_ID = 3;

    /** Where the keys were written, for a person. */
    private final String where;

    private final int sendingId;
    private final Map<Integer, SealKey> keys = new TreeMap<>();
    private int items;
    private boolean withoutId;

    private SealConfig(String where, int sendingId) {
        this.where = where;
        this.sendingId = sendingId;
    }

    /** Doubts that stop nothing are added to the warnings. */
    static Seal parse(CfgValues values, Path base, Collection<InetAddress> addresses, List<String> warnings)
            throws ConfigurationRefused {
        Seal.Policy policy = values.constant(SealKeys.SEAL, Seal.Policy.class);
        int sendingId = values.whole(SealKeys.SEAL_KEY_ID);
        String inline = values.text(SealKeys.SEAL_KEY);
        String file = values.text(SealKeys.SEAL_KEY_FILE);
        if (inline != null && file != null) {
            throw new ConfigurationRefused("sealKey and sealKeyFile are both set: allowed is one of them");
        }
        if (inline == null && file == null) {
            if (policy == Seal.Policy.OFF) {
                return Seal.OFF;
            }
            throw new ConfigurationRefused("seal = " + values.text(SealKeys.SEAL)
                    + " needs a key: allowed is sealKeyFile = etc/<some file>, which holds nothing but " + ALLOWED
                    + "; openssl rand -hex 32 makes a good one");
        }
        byte[] bytes = inline != null
                ? inline.getBytes(StandardCharsets.UTF_8)
                : new SecretFile(SealKeys.SEAL_KEY_FILE, base, String.valueOf(file)).read(MOST_BYTES, warnings);
        SealConfig config = new SealConfig(inline != null ? "sealKey" : "sealKeyFile = " + file, sendingId);
        try {
            config.read(bytes);
            return config.seal(policy, addresses);
        } catch (ConfigurationRefused e) {
            config.keys.values().forEach(SealKey::wipe);
            throw e;
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private Seal seal(Seal.Policy policy, Collection<InetAddress> addresses) throws ConfigurationRefused {
        if (!keys.containsKey(sendingId)) {
            throw new ConfigurationRefused("sealKeyId = " + sendingId + ": " + where
                    + " has no key of that id: allowed is one of " + keys.keySet());
        }
        return new Seal(policy, sendingId, keys.values(), addresses);
    }

    private void read(byte[] bytes) throws ConfigurationRefused {
        if (bytes.length > MOST_BYTES) {
            throw new ConfigurationRefused(where + ": it is too long: allowed are " + MOST_BYTES + " bytes");
        }
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i == bytes.length || bytes[i] == ',' || bytes[i] == '\n') {
                item(bytes, start, i);
                start = i + 1;
            }
        }
        if (keys.isEmpty()) {
            // It is perhaps being written.
            throw new ConfigurationRefused(where + ": there is no key in it: allowed is " + ALLOWED, true);
        }
        if (withoutId && items > 1) {
            throw new ConfigurationRefused(
                    where + ": there are several keys, and one is without an id: allowed is " + ALLOWED);
        }
    }

    private void item(byte[] bytes, int from, int to) throws ConfigurationRefused {
        int start = from;
        int end = to;
        while (start < end && isBlank(bytes[start])) {
            start++;
        }
        while (end > start && isBlank(bytes[end - 1])) {
            end--;
        }
        if (start == end) {
            return; // An empty line, or what is behind the last comma.
        }
        items++;
        Integer written = id(bytes, start, end);
        int id = written == null ? sendingId : written;
        withoutId |= written == null;
        int secret = written == null ? start : colon(bytes, start, end) + 1;
        check(bytes, secret, end, id);
        byte[] key = Arrays.copyOfRange(bytes, secret, end);
        SealKey before = keys.put(id, new SealKey(id, key));
        Arrays.fill(key, (byte) 0);
        if (before != null) {
            before.wipe();
            throw new ConfigurationRefused(where + ": there are two keys " + id + ": allowed is " + ALLOWED);
        }
    }

    private void check(byte[] bytes, int from, int to, int id) throws ConfigurationRefused {
        int length = to - from;
        if (id > SealKey.MAX_ID || length < SealKey.MIN_LENGTH || length > SealKey.MAX_LENGTH) {
            throw new ConfigurationRefused(where + ": key number " + items + " of the list has the id " + id + " and "
                    + length + " characters: allowed is " + ALLOWED);
        }
        for (int i = from; i < to; i++) {
            if (bytes[i] <= ' ' || bytes[i] > '~') {
                throw new ConfigurationRefused(where + ": key number " + items
                        + " of the list has a blank, or a character beyond ASCII, in it: allowed is " + ALLOWED);
            }
        }
    }

    /** The number before the colon; null if there is none. */
    private static @Nullable Integer id(byte[] bytes, int from, int to) {
        int colon = colon(bytes, from, to);
        if (colon <= from || colon - from > LONGEST_ID) {
            return null;
        }
        int id = 0;
        for (int i = from; i < colon; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return null;
            }
            id = id * 10 + bytes[i] - '0';
        }
        return id;
    }

    private static int colon(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == ':') {
                return i;
            }
        }
        return -1;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }
}
