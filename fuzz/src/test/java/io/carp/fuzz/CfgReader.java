// SPDX-License-Identifier: Apache-2.0
package io.carp.fuzz;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.felix.configadmin.plugin.interpolation.Interpolator;
import org.apache.felix.fileinstall.shaded.util.properties.InterpolationHelper;
import org.apache.felix.fileinstall.shaded.util.properties.TypedProperties;
import org.jspecify.annotations.Nullable;

/** The text of a cfg file as it reaches us: by the code of FileInstall, which takes each byte for a character. */
public final class CfgReader {
    private CfgReader() {}

    /** Null if FileInstall itself does not take the file. */
    public static @Nullable Map<String, Object> read(byte[] file) {
        TypedProperties properties = new TypedProperties(false);
        try {
            properties.load(new StringReader(new String(file, StandardCharsets.ISO_8859_1)));
            return new HashMap<>(properties);
        } catch (IOException | RuntimeException e) {
            return null; // Then nothing of it gets as far as us.
        }
    }

    /**
     * The same, but null if the values have types, as in {@code vhid = I"7"}. Those have one only as long as all in the file
     * have one.
     */
    public static @Nullable Map<String, Object> readAsText(byte[] file) {
        byte[] first = "no.type = \n".getBytes(StandardCharsets.ISO_8859_1);
        byte[] both = Arrays.copyOf(first, first.length + file.length);
        System.arraycopy(file, 0, both, first.length, file.length);
        Map<String, Object> read = read(both);
        if (read != null) {
            read.remove("no.type");
        }
        return read != null && read.equals(read(file)) ? read : null;
    }

    /** What becomes of a value on its way to us: FileInstall's substitution, then the interpolation of ConfigAdmin. */
    public static String substituted(String key, String value) {
        Map<String, String> one = new HashMap<>(Map.of(key, value));
        InterpolationHelper.performSubstitution(one, name -> "substituted");
        return String.valueOf(Interpolator.replace(one.get(key), (type, name, directives) -> "interpolated"));
    }
}
