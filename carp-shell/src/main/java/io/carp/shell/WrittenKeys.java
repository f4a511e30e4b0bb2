// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.keys.CfgFile;
import io.carp.keys.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Candidate;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;

/**
 * Completes the keys that stand in cfg files of virtual hosts, right ones and mistyped ones: only what is there can be
 * taken out. In those of all of them, for the name comes after the option.
 */
@Service
public final class WrittenKeys implements Completer {
    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        return Candidates.asStrings(this, session, commandLine, candidates);
    }

    @Override
    public void completeCandidates(Session session, CommandLine commandLine, List<Candidate> candidates) {
        String typed = Candidates.typed(commandLine);
        for (String name : written()) {
            if (name.startsWith(typed)) {
                String meaning =
                        CfgFile.VIRTUAL_HOST.key(name).map(Key::inOneLine).orElse("no key of a virtual host");
                candidates.add(Candidates.explained(name, meaning, true));
            }
        }
    }

    private static Set<String> written() {
        Set<String> keys = new TreeSet<>();
        try {
            CfgDirectory etc = CfgDirectory.ofThisKaraf();
            for (String name : etc.names()) {
                keys.addAll(new CfgText(Files.readAllBytes(etc.file(name))).keys());
            }
        } catch (IOException | CommandException e) {
            return keys; // The command itself will say what is wrong with the files.
        }
        return keys;
    }
}
