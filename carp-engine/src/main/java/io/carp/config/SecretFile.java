// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import io.carp.keys.Key;
import io.carp.keys.WrittenText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;

/** A file that holds nothing but a secret. Its bytes are in no message. */
record SecretFile(Key<?> key, Path base, String written) {
    /** Shorter than any key of a seal in hexadecimal digits or base64 that would be safe. */
    private static final int LONGEST_NAME = 20;

    private static final int LONGEST_END = 2;

    /**
     * The bytes without one end of line, for the caller to wipe; doubts that stop nothing are added to the warnings.
     *
     * @param most how many bytes are wanted at most; of a longer file there are some more, so that it can be seen
     */
    byte[] read(int most, List<String> warnings) throws ConfigurationRefused {
        String unnameable = WrittenText.unnameable(written);
        if (!unnameable.isEmpty()) {
            throw ConfigurationRefused.of(key, shown(), unnameable);
        }
        byte[] bytes;
        try {
            Path path = base.resolve(written);
            if (!Files.isRegularFile(path)) { // A pipe would keep the configuration thread for ever.
                throw unreadable("there is none of that name");
            }
            try (InputStream in = Files.newInputStream(path)) {
                bytes = in.readNBytes(most + LONGEST_END + 1); // Enough to see that it is too long.
            }
            if (isForEverybody(path)) {
                warnings.add(key + " = " + written + " can be read by every user of this machine, who can then make"
                        + " advertisements: chmod o= " + path);
            }
        } catch (IOException | InvalidPathException e) {
            throw unreadable("it is not: " + e.getClass().getSimpleName());
        }
        int length = bytes.length;
        if (length > 0 && bytes[length - 1] == '\n') {
            length--; // Every editor ends a file so; with a carriage return before it where people use Windows.
            if (length > 0 && bytes[length - 1] == '\r') {
                length--;
            }
        }
        byte[] secret = Arrays.copyOf(bytes, length);
        Arrays.fill(bytes, (byte) 0);
        return secret;
    }

    /** It may be mounted, or written by an agent, later. */
    private ConfigurationRefused unreadable(String why) {
        ConfigurationRefused refused = ConfigurationRefused.of(key, shown(), "a readable file; " + why);
        return new ConfigurationRefused(String.valueOf(refused.getMessage()), true);
    }

    /** Somebody may have written the secret itself there. One in base64 may have a slash, too. */
    private String shown() {
        boolean path = written.contains("/") || written.contains(".");
        boolean key = written.contains(":") || (written.length() > LONGEST_NAME && !written.matches("(/|\\./|etc/).*"));
        return path && !key ? written : "(not shown, for it may be the pass; a path has a slash or a dot)";
    }

    private static boolean isForEverybody(Path path) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        return view != null && view.readAttributes().permissions().contains(PosixFilePermission.OTHERS_READ);
    }
}
