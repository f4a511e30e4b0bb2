// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import io.carp.CarpEngine;
import io.carp.CarpState;
import io.carp.Mastership;
import javax.inject.Inject;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.osgi.framework.BundleContext;

/** A test that runs inside the distribution and looks at its virtual host {@code web}. */
public abstract class InDistribution {
    @Inject
    BundleContext context;

    @Inject
    CarpEngine engine;

    @Inject
    SessionFactory sessions;

    @Configuration
    public Option[] container() {
        return Containers.distribution();
    }

    boolean isMaster() {
        return engine.virtualHost("web")
                .filter(host -> host.state() == CarpState.MASTER)
                .isPresent();
    }

    /** How many services say that {@code web} is MASTER here. */
    int services() throws Exception {
        return context.getServiceReferences(Mastership.class, "(carp.name=web)").size();
    }
}
