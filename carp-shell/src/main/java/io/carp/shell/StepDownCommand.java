// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.CarpEngine;
import io.carp.VirtualHost;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.jspecify.annotations.Nullable;

/** {@code carp:stepdown}: asks, waits, and answers with the outcome. */
@Service
@Command(
        scope = "carp",
        name = "stepdown",
        description = "Hands a virtual host over to a peer: MASTER to BACKUP, in good order.")
public final class StepDownCommand implements Action {
    @Reference
    @Nullable
    CarpEngine engine;

    @Argument(name = "name", description = "The virtual host", required = true)
    @Completion(VirtualHostNames.class)
    String name = "";

    @Option(
            name = "--timeout",
            aliases = "-t",
            description = "Seconds to wait for the outcome, 0 to 3600",
            valueToShowInHelp = "10")
    String timeout = "10"; // not int: the shell hands over a token, which Karaf does not make a number of

    @Override
    public @Nullable Object execute() throws Exception {
        VirtualHost host = new EngineAccess(engine).outcome(name, carp -> carp.stepDown(name), Seconds.of(timeout));
        System.out.println(EngineAccess.inBrief(host) + "; its addresses are released, a peer may take over");
        return null;
    }
}
