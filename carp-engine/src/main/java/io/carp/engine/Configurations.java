// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import java.io.IOException;
import java.util.List;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** What ConfigurationAdmin has under our pids, for those who look at it from outside a component's own configuration. */
record Configurations(ConfigurationAdmin admin, Notices notices) {
    /** The factory pid of virtual hosts. */
    static final String VIRTUAL_HOST = "carp.vhost";

    /** Those that match, such as {@code (service.pid=carp.vhost)}; none, with a log line, if they cannot be read. */
    List<Configuration> find(String filter) {
        try {
            Configuration[] found = admin.listConfigurations(filter);
            return found == null ? List.of() : List.of(found);
        } catch (IOException | InvalidSyntaxException | IllegalStateException e) {
            notices.error("carp: the configurations " + filter + " cannot be read: " + e);
            return List.of();
        }
    }
}
