// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import java.util.ArrayList;
import java.util.List;
import org.apache.karaf.shell.api.console.Candidate;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;

/** What may be typed next, with a word on each. */
final class Candidates {
    private Candidates() {}

    /** What stands before the cursor of the argument that is to be completed. */
    static String typed(CommandLine commandLine) {
        String begun = commandLine.getCursorArgument();
        return begun == null ? "" : begun.substring(0, Math.min(commandLine.getArgumentPosition(), begun.length()));
    }

    /** @param complete whether a blank may follow */
    static Candidate explained(String value, String explanation, boolean complete) {
        return new Candidate(value, value, null, explanation, null, null, complete);
    }

    /** For callers that know no explanations; returns where in the line the candidates begin. */
    static int asStrings(Completer completer, Session session, CommandLine commandLine, List<String> candidates) {
        List<Candidate> all = new ArrayList<>();
        completer.completeCandidates(session, commandLine, all);
        all.forEach(each -> candidates.add(each.value()));
        return all.isEmpty() ? -1 : commandLine.getBufferPosition() - commandLine.getArgumentPosition();
    }
}
