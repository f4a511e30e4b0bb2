// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Candidate;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;

/** Completes the keys of a virtual host's cfg file, {@code key=} so that the value can follow. */
@Service
public final class SettingKeys implements Completer {
    static final List<String> KEYS = List.of(
            "interface",
            "vhid",
            "pass",
            "passFile",
            "virtualIps",
            "advbase",
            "advskew",
            "preempt",
            "deadRatio",
            "demotionStyle",
            "lease",
            "label",
            "virtualMac",
            "transport.target",
            "group",
            "group6",
            "broadcast",
            "peers",
            "source",
            "binder.target",
            "upScript",
            "downScript",
            "xparam",
            "notifyScript",
            "beforeScript",
            "neutral",
            "announceCount",
            "announceInterval",
            "announceRefresh",
            "ignoreLink",
            "startupDelay",
            "preemptDelay",
            "familyRule",
            "hookTimeout",
            "scriptTimeout",
            "beforeFailure",
            "digestOrder",
            "digestMac",
            "digestOverlap");

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        List<String> assignments = KEYS.stream().map(key -> key + "=").toList();
        return new StringsCompleter(assignments).complete(session, commandLine, candidates);
    }

    @Override
    public void completeCandidates(Session session, CommandLine commandLine, List<Candidate> candidates) {
        String begun = commandLine.getCursorArgument();
        String typed =
                begun == null ? "" : begun.substring(0, Math.min(commandLine.getArgumentPosition(), begun.length()));
        // not complete: no blank may follow, or the value would be an argument of its own
        KEYS.stream()
                .map(key -> key + "=")
                .filter(assignment -> assignment.startsWith(typed))
                .forEach(assignment -> candidates.add(new Candidate(assignment, false)));
    }
}
