// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.service.condition.Condition;

/** A user's bundle that imports the package of conditions, and waits for the one of {@code web}. */
public final class ConditionWatch implements BundleActivator {
    static final String FILE = "condition-seen";

    @Override
    public void start(BundleContext context) throws InvalidSyntaxException {
        // The framework tells a bundle only of services whose class the bundle shares.
        context.addServiceListener(
                event -> {
                    if (event.getType() == ServiceEvent.REGISTERED) {
                        write();
                    }
                },
                "(&(objectClass=" + Condition.class.getName() + ")(osgi.condition.id=carp.web.master))");
    }

    private static void write() {
        try {
            Files.writeString(Path.of(System.getProperty("karaf.base"), FILE), "seen");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop(BundleContext context) {
        // The listener ends with the bundle.
    }
}
