// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** Text of a cfg file on its way to the names and arguments that the kernel knows: letters beyond ASCII. */
public final class WrittenText {
    private static final String OF_NAMES = System.getProperty("sun.jnu.encoding", "UTF-8");

    private WrittenText() {}

    /**
     * What whoever wrote the file saw. FileInstall takes each byte of a cfg file for a character, so an editor's UTF-8
     * arrives as two characters for one. As bytes these are UTF-8 again. Where they are not, somebody wrote the character
     * as an escape, as carp:set does, or in ISO-8859-1.
     *
     * @param read as ConfigurationAdmin hands it over
     */
    public static String meant(String read) {
        byte[] asInTheFile = read.getBytes(StandardCharsets.ISO_8859_1);
        if (!read.equals(new String(asInTheFile, StandardCharsets.ISO_8859_1))) {
            return read; // No byte is such a character.
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder() // Reports what is malformed.
                    .decode(ByteBuffer.wrap(asInTheFile))
                    .toString();
        } catch (CharacterCodingException e) {
            return read;
        }
    }

    /**
     * Why this JVM can neither open a file of that name nor hand it to a program, and what to do; empty if it can. Java
     * writes names in the encoding of the locale that it was started with.
     */
    public static String unnameable(String name) {
        return unnameable(name, Charset.forName(OF_NAMES));
    }

    static String unnameable(String name, Charset ofNames) {
        return ofNames.newEncoder().canEncode(name)
                ? ""
                : "only names that can be written in " + ofNames.name()
                        + ", for Karaf was started in a locale that knows"
                        + " no others: start it with LC_ALL=C.UTF-8 in its environment";
    }
}
