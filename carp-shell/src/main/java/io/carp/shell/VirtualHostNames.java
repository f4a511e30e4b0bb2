// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.CarpEngine;
import io.carp.VirtualHost;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.jspecify.annotations.Nullable;

/** Completes the names of this node's virtual hosts. */
@Service
public final class VirtualHostNames implements Completer {
    @Reference
    @Nullable
    CarpEngine engine;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        List<String> names =
                new EngineAccess(engine).hosts().stream().map(VirtualHost::name).toList();
        return new StringsCompleter(names).complete(session, commandLine, candidates);
    }
}
