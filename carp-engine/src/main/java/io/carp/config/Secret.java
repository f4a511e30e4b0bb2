// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.IdentityKeys;
import io.carp.keys.WrittenText;
import io.carp.protocol.AdvertisementDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shared secret of a virtual host: from the cfg or from a file of its own. Its bytes are in no message. */
final class Secret {
    private static final int LONGEST_END = 2;
    private static final String ALLOWED = IdentityKeys.PASS.allowed().inWords();

    private Secret() {}

    /** The key bytes, as they are, for the caller to wipe; doubts that stop nothing are added to the warnings. */
    static byte[] read(CfgValues values, Path base, List<String> warnings) throws ConfigurationRefused {
        String inline = values.untrimmed(IdentityKeys.PASS);
        String file = values.text(IdentityKeys.PASS_FILE);
        if (inline != null && !inline.isEmpty() && file != null) {
            throw new ConfigurationRefused("pass and passFile are both set: allowed is one of them");
        }
        byte[] key = file == null ? inline(inline) : fromFile(base, file, warnings);
        if (key.length == 0) {
            warnings.add(
                    "pass is empty: advertisements are signed with 20 zero bytes, so whoever is on the link can make"
                            + " them; ucarp takes no empty one");
        }
        if (key.length == AdvertisementDigest.MAX_KEY) {
            warnings.add("pass has 20 bytes: ucarp refuses it and ifconfig of FreeBSD cuts it to 19, so such peers"
                    + " would not understand this node");
        }
        return key;
    }

    private static byte[] inline(@Nullable String text) throws ConfigurationRefused {
        if (text == null) {
            throw new ConfigurationRefused("pass is missing: allowed is " + ALLOWED
                    + "; better: passFile = etc/<some file>, which holds nothing but the pass; none at all only if it"
                    + " says so: pass = with nothing behind it");
        }
        if (text.isEmpty()) {
            return new byte[0]; // Written so on purpose. The BSDs allow it.
        }
        return checked("pass", text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] fromFile(Path base, String written, List<String> warnings) throws ConfigurationRefused {
        String unnameable = WrittenText.unnameable(written);
        if (!unnameable.isEmpty()) {
            throw ConfigurationRefused.of(IdentityKeys.PASS_FILE, shown(written), unnameable);
        }
        byte[] bytes;
        try {
            Path path = base.resolve(written);
            if (!Files.isRegularFile(path)) { // A pipe would keep the configuration thread for ever.
                throw unreadable(written, "there is none of that name");
            }
            try (InputStream in = Files.newInputStream(path)) {
                bytes = in.readNBytes(
                        AdvertisementDigest.MAX_KEY + LONGEST_END + 1); // Enough to see that it is too long.
            }
            if (isForEverybody(path)) {
                warnings.add("passFile = " + written + " can be read by every user of this machine, who can then make"
                        + " advertisements: chmod o= " + path);
            }
        } catch (IOException | InvalidPathException e) {
            throw unreadable(written, "it is not: " + e.getClass().getSimpleName());
        }
        int length = bytes.length;
        if (length > 0 && bytes[length - 1] == '\n') {
            length--; // Every editor ends a file so; with a carriage return before it where people use Windows.
            if (length > 0 && bytes[length - 1] == '\r') {
                length--;
            }
        }
        byte[] key = Arrays.copyOf(bytes, length);
        Arrays.fill(bytes, (byte) 0);
        return checked("passFile = " + written, key);
    }

    /** It may be mounted, or written by an agent, later. */
    private static ConfigurationRefused unreadable(String written, String why) {
        ConfigurationRefused refused =
                ConfigurationRefused.of(IdentityKeys.PASS_FILE, shown(written), "a readable file; " + why);
        return new ConfigurationRefused(String.valueOf(refused.getMessage()), true);
    }

    /** Somebody may have written the secret itself there. */
    private static String shown(String written) {
        return written.contains("/") || written.contains(".")
                ? written
                : "(not shown, for it may be the pass; a path has a slash or a dot)";
    }

    private static boolean isForEverybody(Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        return view != null && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ);
    }

    private static byte[] checked(String where, byte[] key) throws ConfigurationRefused {
        if (key.length == 0 || key.length > AdvertisementDigest.MAX_KEY) {
            // One that is empty is perhaps being written.
            boolean mayPass = key.length == 0;
            throw new ConfigurationRefused(
                    where + ": the pass has " + length(key) + " bytes: allowed is " + ALLOWED, mayPass);
        }
        if (Character.isWhitespace(key[0]) || Character.isWhitespace(key[key.length - 1])) {
            throw new ConfigurationRefused(where + ": the pass begins or ends with a blank: allowed is " + ALLOWED);
        }
        return key;
    }

    private static String length(byte[] key) {
        return key.length > AdvertisementDigest.MAX_KEY ? "more than " + AdvertisementDigest.MAX_KEY : "no";
    }
}
