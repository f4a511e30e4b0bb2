// SPDX-License-Identifier: Apache-2.0
package io.carp.examples;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows nothing of CARP. One line in {@code etc/io.carp.examples.unaware.cfg} makes it master-only:
 *
 * <pre>{@code
 * osgi.ds.satisfying.condition.target = (osgi.condition.id=carp.web.master)
 * }</pre>
 */
@Component(service = Unaware.class, immediate = true, configurationPid = "io.carp.examples.unaware")
public final class Unaware {
    private static final Logger LOG = LoggerFactory.getLogger(Unaware.class);

    @Activate
    public Unaware() {
        LOG.info("at work");
    }

    @Deactivate
    void stop() {
        LOG.info("at rest");
    }
}
