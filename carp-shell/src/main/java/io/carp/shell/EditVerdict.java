// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.Finding;
import io.carp.VirtualHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.karaf.shell.support.CommandException;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what the engine makes of an edited file. The file is looked at once a second and the edit arrives some time
 * after, so the only way to know is to watch the virtual host.
 *
 * @param before the virtual host before the edit, null if there was none
 */
record EditVerdict(
        EngineAccess access,
        String name,
        Edit edit,
        @Nullable VirtualHost before) {
    /** How the wait passes the time between two looks. */
    @FunctionalInterface
    interface Pause {
        void pause() throws InterruptedException;
    }

    /**
     * @param looks how often to look, with a pause before each
     * @return the sentence for the operator, perhaps several lines
     * @throws CommandException if the engine refused the edit
     */
    String await(int looks, Pause pause) throws InterruptedException, CommandException {
        Optional<VirtualHost> now = Optional.empty();
        for (int look = 0; look < looks; look++) {
            pause.pause();
            now = access.find(name);
            if (now.isPresent() && isDecided(now.get())) {
                break;
            }
        }
        if (now.isEmpty()) {
            return "written; no virtual host " + name + " has appeared so far: carp:status, or the log, will tell";
        }
        VirtualHost host = now.get();
        Optional<String> refusal = host.configurationError();
        if (refusal.isPresent()) {
            throw new CommandException("written, but refused by the engine: " + refusal.get());
        }
        String sentence = isDecided(host) ? "accepted" : "written; the engine has had nothing against it so far";
        return String.join(System.lineSeparator(), lines(sentence, host));
    }

    private boolean isDecided(VirtualHost host) {
        Optional<String> refusedBefore = before == null ? Optional.empty() : before.configurationError();
        Optional<String> refused = host.configurationError();
        if (!refused.equals(refusedBefore)) {
            return true;
        }
        // A setting that already showed before the edit says nothing about it.
        return refused.isEmpty() && (before == null || !edit.showsIn(before)) && edit.showsIn(host);
    }

    private List<String> lines(String sentence, VirtualHost host) {
        List<String> lines = new ArrayList<>();
        lines.add(sentence + "; " + EngineAccess.inBrief(host));
        List<String> known = before == null
                ? List.of()
                : before.findings().stream().map(Finding::code).toList();
        for (Finding finding : host.findings()) {
            if (!known.contains(finding.code())) {
                lines.add("! " + finding.code() + ": " + finding.text());
            }
        }
        return lines;
    }
}
