// SPDX-License-Identifier: Apache-2.0
package io.carp.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.FrameworkWiring;

/** The built bundle resolves with the versions of Camel that it was tested with, and with no others. */
class ImportRangeTest extends InFramework {
    private static final Path CLASSES = Path.of("target/classes").toAbsolutePath();

    @ParameterizedTest
    @CsvSource({
        "3.21.5, false",
        "3.22.0, true",
        "3.22.4, true",
        "4.8.0, true",
        "4.10.7, true",
        "4.18.0, true",
        "5.0.0, false"
    })
    void resolvesWith(String camel, boolean resolves) throws Exception {
        Bundle ours = install(camel);
        assertEquals(resolves, context.getBundle(0).adapt(FrameworkWiring.class).resolveBundles(List.of(ours)));
    }

    /** This framework exports the package. Consumers would not see a service of a class of our own. */
    @Test
    void theConditionIsThatOfWhoeverExportsIt() throws Exception {
        Bundle ours = install("4.10.7");
        String condition = "org.osgi.service.condition.Condition";
        assertSame(context.getBundle(0).loadClass(condition), ours.loadClass(condition));
    }

    private Bundle install(String camel) throws Exception {
        String imports;
        try (InputStream in = Files.newInputStream(CLASSES.resolve("META-INF/MANIFEST.MF"))) {
            imports = new Manifest(in).getMainAttributes().getValue(Constants.IMPORT_PACKAGE);
        }
        List<String> needed = Arrays.stream(imports.split(",(?=[a-z])"))
                .map(clause -> clause.replaceAll(";.*", ""))
                .toList();
        assertEquals(
                5,
                needed.stream()
                        .filter(name -> name.startsWith("org.apache.camel"))
                        .count(),
                imports);

        context.installBundle("camel", exporting(needed, "org.apache.camel", camel));
        context.installBundle("carp", exporting(needed, "io.carp", ownFloor(imports)));
        context.installBundle("slf4j", exporting(needed, "org.slf4j", "1.7.36"));
        return context.installBundle("reference:file:" + CLASSES);
    }

    /** The lowest version of our own API that will do, which is the one that the bundle was compiled with. */
    private static String ownFloor(String imports) {
        Matcher floor = Pattern.compile("io\\.carp;version=\"\\[([0-9.]+)").matcher(imports);
        assertTrue(floor.find(), imports);
        return floor.group(1);
    }

    private static InputStream exporting(List<String> needed, String begin, String version) throws IOException {
        String exports = needed.stream()
                .filter(name -> name.startsWith(begin))
                .map(name -> name + ";version=" + version)
                .collect(Collectors.joining(","));
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        main.putValue(Constants.BUNDLE_SYMBOLICNAME, begin);
        main.putValue(Constants.EXPORT_PACKAGE, exports);
        main.putValue(Constants.PROVIDE_CAPABILITY, "osgi.extender;osgi.extender=osgi.component;version:Version=1.5");
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        new JarOutputStream(jar, manifest).close();
        return new ByteArrayInputStream(jar.toByteArray());
    }
}
