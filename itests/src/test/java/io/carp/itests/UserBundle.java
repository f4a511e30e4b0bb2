// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.osgi.framework.BundleActivator;

/** Bundles made here, to be dropped into {@code deploy/}. */
final class UserBundle {
    private UserBundle() {}

    /** Writes a bundle of that one activator, in one go, as whoever drops a file into deploy/ should. */
    static void write(Class<? extends BundleActivator> activator, Path jar) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", activator.getSimpleName());
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Bundle-Activator", activator.getName());
        main.putValue("Import-Package", "org.osgi.framework");
        String entry = activator.getName().replace('.', '/') + ".class";
        Path draft =
                Files.createTempFile(jar.toAbsolutePath().getParent().getParent(), activator.getSimpleName(), ".draft");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(draft), manifest);
                InputStream in = activator.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new ZipEntry(entry));
            in.transferTo(out);
        }
        Files.move(draft, jar, StandardCopyOption.ATOMIC_MOVE);
    }
}
