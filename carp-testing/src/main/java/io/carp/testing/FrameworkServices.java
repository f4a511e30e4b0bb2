// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.MastershipHook;
import io.carp.consumers.Hooks;
import io.carp.consumers.MastershipServices;
import java.util.Collection;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * What one virtual host has in a framework. It is a class of its own, so that plain unit tests need no OSGi classes.
 */
final class FrameworkServices {
    private FrameworkServices() {}

    static MastershipServices of(BundleContext context, String name) {
        return new MastershipServices(
                context, new Hooks(context, () -> hooks(context)), (sentence, thrown) -> {}, name);
    }

    private static Collection<ServiceReference<MastershipHook>> hooks(BundleContext context) {
        try {
            return context.getServiceReferences(MastershipHook.class, null);
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("no filter, no syntax error", e);
        }
    }
}
