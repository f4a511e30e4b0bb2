// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.keys.CfgFile;
import io.carp.testing.FakeCarpEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.karaf.shell.api.console.Candidate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Karaf's own completer of commands offers for our commands. */
class CompletionTest {
    private final Shell shell = new Shell(new FakeCarpEngine("web", "db"));

    @TempDir
    private Path etc;

    @AfterEach
    void close() {
        shell.close();
        System.clearProperty("karaf.etc");
    }

    private List<String> offered(String line) {
        return shell.tabulator(line).stream().map(Candidate::value).toList();
    }

    @Test
    void names() {
        assertEquals(List.of("db", "web"), shell.completions(VirtualHostNames.class, ""));
        assertEquals(List.of("web"), offered("carp:set w"));
        assertEquals(List.of("web"), offered("carp:stepdown w"));
    }

    @Test
    void everyKeyWithItsMeaning() {
        Set<String> keys = new TreeSet<>();
        for (Candidate candidate : shell.tabulator("carp:set web ")) {
            keys.add(candidate.value());
            assertFalse(candidate.complete(), "a blank would end " + candidate.value());
        }
        Set<String> assignments = new TreeSet<>();
        CfgFile.VIRTUAL_HOST.names().forEach(name -> assignments.add(name + "="));
        assertEquals(assignments, keys);

        List<Candidate> begun = shell.tabulator("carp:set web adv");
        assertEquals(
                List.of("advbase=", "advskew="),
                begun.stream().map(Candidate::value).toList());
        assertEquals(
                "added to advbase; 1/256 s, 0..254; default 0", begun.get(1).descr());
    }

    @Test
    void valuesOfThoseThatHaveFew() {
        assertEquals(List.of("preempt=true", "preempt=false"), offered("carp:set web preempt="));
        assertEquals(List.of("familyRule=any"), offered("carp:set web familyRule=an"));
        assertEquals(List.of(), offered("carp:set web nonsense="));
        assertTrue(shell.tabulator("carp:set web preempt=t").get(0).complete());
    }

    @Test
    void theSettingAfterAnother() {
        assertEquals(List.of("advbase="), offered("carp:set web preempt=true advb"));
        assertEquals(List.of("advbase="), offered("carp:set web advskew=100 advb"));
    }

    @Test
    void behindUnsetWhatStandsInTheFiles() throws Exception {
        System.setProperty("karaf.etc", etc.toString());
        Files.writeString(etc.resolve("carp.vhost-web.cfg"), "interface = eth0\nadskew = 1\n#preempt = true\n");
        Files.writeString(etc.resolve("carp.vhost-db.cfg"), "interface = eth1\nlease = false\n");
        Files.writeString(etc.resolve("carp.engine.cfg"), "demotion = 1\n");
        List<Candidate> candidates = shell.tabulator("carp:set --unset ");
        assertEquals(
                List.of("adskew", "interface", "lease"),
                candidates.stream().map(Candidate::value).toList());
        assertEquals("no key of a virtual host", candidates.get(0).descr());
        assertEquals(List.of("lease"), offered("carp:set --unset l"));
    }

    @Test
    void nothingBehindUnsetWhereThereIsNoEtc() {
        assertEquals(List.of(), offered("carp:set --unset "));
    }
}
