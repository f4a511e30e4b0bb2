// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.CarpEngine;
import io.carp.VirtualHost;
import java.time.Instant;
import java.time.ZoneId;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** {@code carp:status} prints to standard output, so that the shell's pipes work. */
@Service
@Command(scope = "carp", name = "status", description = "Shows the virtual hosts of this node, or one of them in full.")
public final class StatusCommand implements Action {
    @Reference
    @Nullable
    CarpEngine engine;

    @Argument(name = "name", description = "The virtual host to show in full; all of them in brief without it")
    @Completion(VirtualHostNames.class)
    @Nullable
    String name;

    @Option(
            name = "--json",
            description =
                    "For programs: virtual hosts and findings of the node, or one virtual host if a name is given")
    boolean json;

    @Option(name = "--no-format", description = "The table alone, without frame and colours")
    boolean noFormat;

    @Option(name = "--all", aliases = "-a", description = "With a name: counters that are 0 and older transitions, too")
    boolean all;

    @Override
    public @Nullable Object execute() throws Exception {
        EngineAccess access = new EngineAccess(engine);
        if (name != null) {
            VirtualHost host = access.host(name);
            System.out.println(
                    json
                            ? StatusJson.of(host)
                            : new StatusPage(host, Instant.now(), ZoneId.systemDefault(), all).text());
        } else if (json) {
            System.out.println(StatusJson.of(access.hosts(), access.findings()));
        } else {
            new StatusTable(access.hosts(), access.findings(), Instant.now()).print(System.out, !noFormat);
        }
        return null;
    }
}
