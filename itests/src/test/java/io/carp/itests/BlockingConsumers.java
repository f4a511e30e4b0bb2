// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import io.carp.Mastership;
import io.carp.MastershipHook;
import io.carp.VirtualHost;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** A user's bundle of DS components. Some of them block for ever when they are called, and one behaves. */
public final class BlockingConsumers {
    static final String NAME = "blocking-consumers";

    private BlockingConsumers() {}

    /** Blocks as a read from a silent socket does, which no interrupt ends. */
    private static void forLong() {
        while (!Boolean.getBoolean("blocking.consumers.come.back")) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                continue;
            }
        }
    }

    /** Blocks when it comes up. */
    public static final class BlockActivate {
        public BlockActivate(Mastership master) {
            forLong();
        }
    }

    /** Blocks when it goes down. */
    public static final class BlockDeactivate {
        public BlockDeactivate(Mastership master) {}

        public void stop() {
            forLong();
        }
    }

    /** Blocks before the addresses come up. */
    public static final class BlockHook implements MastershipHook {
        @Override
        public void acquiring(VirtualHost host) {
            forLong();
        }
    }

    /** Lives on the master only, and says so. */
    public static final class MasterOnly {
        static final String LIVES = "blocking.consumers.master.only";

        public MasterOnly(Mastership master) {
            System.setProperty(LIVES, "true");
        }

        public void stop() {
            System.setProperty(LIVES, "false");
        }
    }

    /** A bundle of the component that behaves and another one. Its descriptors for DS are written by hand. */
    static InputStream bundle(Class<?> other) throws IOException {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", NAME);
        main.putValue("Import-Package", "io.carp");
        main.putValue("Service-Component", "OSGI-INF/other.xml, OSGI-INF/master-only.xml");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(bytes, manifest)) {
            for (Class<?> type : new Class<?>[] {BlockingConsumers.class, other, MasterOnly.class}) {
                String entry = type.getName().replace('.', '/') + ".class";
                out.putNextEntry(new ZipEntry(entry));
                try (InputStream in = type.getClassLoader().getResourceAsStream(entry)) {
                    in.transferTo(out);
                }
            }
            out.putNextEntry(new ZipEntry("OSGI-INF/other.xml"));
            out.write(description(other).getBytes("UTF-8"));
            out.putNextEntry(new ZipEntry("OSGI-INF/master-only.xml"));
            out.write(description(MasterOnly.class).getBytes("UTF-8"));
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private static String description(Class<?> type) {
        boolean hook = MastershipHook.class.isAssignableFrom(type);
        boolean stops = type != BlockActivate.class && !hook;
        return "<scr:component xmlns:scr='http://www.osgi.org/xmlns/scr/v1.4.0' name='" + type.getSimpleName()
                + "' immediate='true'" + (hook ? "" : " init='1'") + (stops ? " deactivate='stop'" : "") + ">"
                + "<implementation class='" + type.getName() + "'/>"
                + (hook
                        ? "<service><provide interface='io.carp.MastershipHook'/></service>"
                        : "<reference name='master' interface='io.carp.Mastership' target='(carp.name=web)' parameter='0'/>")
                + "</scr:component>";
    }
}
