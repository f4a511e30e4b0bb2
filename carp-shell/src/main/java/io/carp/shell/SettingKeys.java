// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.keys.CfgFile;
import io.carp.keys.Key;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Candidate;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;

/**
 * Completes what a virtual host's cfg file may say: a key with {@code =} behind it, so that the value can follow, and
 * the value where it is one of several words.
 */
@Service
public final class SettingKeys implements Completer {
    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        return Candidates.asStrings(this, session, commandLine, candidates);
    }

    @Override
    public void completeCandidates(Session session, CommandLine commandLine, List<Candidate> candidates) {
        String typed = Candidates.typed(commandLine);
        int equals = typed.indexOf('=');
        if (equals >= 0) {
            CfgFile.VIRTUAL_HOST.key(typed.substring(0, equals)).ifPresent(key -> values(key, typed, candidates));
            return;
        }
        for (Key<?> key : CfgFile.VIRTUAL_HOST.keys()) {
            String assignment = key.name() + "=";
            if (assignment.startsWith(typed)) {
                // Not complete: no blank may follow, or the value would be an argument of its own.
                candidates.add(Candidates.explained(assignment, key.inOneLine(), false));
            }
        }
    }

    /** A value of which there are too many is as good as any, so that the next setting is completed, too. */
    private static void values(Key<?> key, String typed, List<Candidate> candidates) {
        List<String> offers = key.allowed().offers();
        String assignment = key.name() + "=";
        if (offers.isEmpty()) {
            if (typed.length() > assignment.length()) {
                candidates.add(new Candidate(typed));
            }
            return;
        }
        for (String word : offers) {
            if ((assignment + word).startsWith(typed)) {
                candidates.add(new Candidate(assignment + word));
            }
        }
    }
}
