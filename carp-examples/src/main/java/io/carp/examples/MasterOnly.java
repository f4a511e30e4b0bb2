// SPDX-License-Identifier: Apache-2.0
package io.carp.examples;

import io.carp.Mastership;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lives on the master only: it is made once the address is bound, and it is gone before the address is released in good
 * order.
 */
@Component(service = MasterOnly.class, immediate = true)
public final class MasterOnly {
    private static final Logger LOG = LoggerFactory.getLogger(MasterOnly.class);

    @Activate
    public MasterOnly(@Reference(target = "(carp.name=web)") Mastership master) {
        LOG.info("this node is the master of web: work begins");
    }

    @Deactivate
    void stop() {
        LOG.info("this node is no longer the master of web: work ends");
    }
}
