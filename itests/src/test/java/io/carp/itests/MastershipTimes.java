// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.ListenerHook.ListenerInfo;

/** A user's bundle that prints when Mastership is registered, which a hook hears before all listeners. */
public final class MastershipTimes implements BundleActivator, EventListenerHook {
    static final String REGISTERED = "mastership registered at ";

    @Override
    public void start(BundleContext context) {
        context.registerService(EventListenerHook.class, this, null);
    }

    @Override
    public void event(ServiceEvent event, Map<BundleContext, Collection<ListenerInfo>> listeners) {
        String[] names = (String[]) event.getServiceReference().getProperty(Constants.OBJECTCLASS);
        if (event.getType() == ServiceEvent.REGISTERED && names[0].equals("io.carp.Mastership")) {
            System.out.println(REGISTERED + ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        }
    }

    @Override
    public void stop(BundleContext context) {}
}
