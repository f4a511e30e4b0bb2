// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.osgi.framework.BundleActivator;

/** Bundles made here, to be dropped into {@code deploy/}. */
final class UserBundle {
    private UserBundle() {}

    /**
     * Writes a bundle of that one activator and its nested classes. It does so in one step, as everybody should who
     * puts a file into deploy/.
     *
     * @param imports what it imports besides {@code org.osgi.framework}
     */
    static void write(Class<? extends BundleActivator> activator, Path jar, String... imports) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", activator.getSimpleName());
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Bundle-Activator", activator.getName());
        main.putValue(
                "Import-Package",
                Stream.concat(Stream.of("org.osgi.framework"), Stream.of(imports))
                        .collect(Collectors.joining(",")));
        List<Class<?>> classes = new ArrayList<>(List.of(activator.getDeclaredClasses()));
        classes.add(activator);
        Path draft =
                Files.createTempFile(jar.toAbsolutePath().getParent().getParent(), activator.getSimpleName(), ".draft");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(draft), manifest)) {
            for (Class<?> type : classes) {
                String entry = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new ZipEntry(entry));
                try (InputStream in = type.getClassLoader().getResourceAsStream(entry)) {
                    in.transferTo(out);
                }
            }
        }
        Files.move(draft, jar, StandardCopyOption.ATOMIC_MOVE);
    }
}
