// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.SynchronousBundleListener;

/**
 * Runs in a container from its first moment on, and writes down what the framework does to each bundle, whatever Karaf
 * logs about it. {@link Witnessed} reads it.
 */
public final class Witness implements BundleActivator, SynchronousBundleListener {
    static final String FILE = "witness.txt";
    static final String BEGIN = "BEGIN";
    static final String EXISTS = "EXISTS";
    static final String BOOTED = "BOOTED";

    private final Path file = Path.of(System.getProperty("karaf.base"), FILE);

    @Override
    public void start(BundleContext context) throws InvalidSyntaxException {
        write(BEGIN, context.getBundle());
        context.addBundleListener(this);
        for (Bundle bundle : context.getBundles()) {
            write(EXISTS, bundle);
        }
        context.addServiceListener(
                event -> {
                    if (event.getType() == ServiceEvent.REGISTERED) {
                        write(BOOTED, context.getBundle());
                    }
                },
                "(objectClass=org.apache.karaf.features.BootFinished)");
    }

    @Override
    public void stop(BundleContext context) {
        // The listeners end with the bundle.
    }

    @Override
    public void bundleChanged(BundleEvent event) {
        write(word(event.getType()), event.getBundle());
    }

    private static String word(int type) {
        return switch (type) {
            case BundleEvent.INSTALLED -> "INSTALLED";
            case BundleEvent.STARTED -> "STARTED";
            case BundleEvent.STOPPED -> "STOPPED";
            case BundleEvent.UPDATED -> "UPDATED";
            case BundleEvent.UNINSTALLED -> "UNINSTALLED";
            case BundleEvent.RESOLVED -> "RESOLVED";
            case BundleEvent.UNRESOLVED -> "UNRESOLVED";
            case BundleEvent.STARTING -> "STARTING";
            case BundleEvent.STOPPING -> "STOPPING";
            case BundleEvent.LAZY_ACTIVATION -> "LAZY_ACTIVATION";
            default -> "EVENT-" + type;
        };
    }

    private synchronized void write(String what, Bundle bundle) {
        String line = String.join(
                "\t",
                what,
                Long.toString(bundle.getBundleId()),
                bundle.getSymbolicName() + "/" + bundle.getVersion(),
                bundle.getLocation());
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
