// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.host.SteppedHost;
import io.carp.keys.LinkKeys;
import io.carp.keys.ScriptKeys;
import io.carp.script.Scripts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of the scripts: what is taken, what is refused, and in which words. */
class ScriptsTest {
    private static Scripts parse(String... pairs) throws ConfigurationRefused {
        return SteppedHost.config(pairs).scripts();
    }

    @Test
    void noneUnlessAskedFor() throws ConfigurationRefused {
        assertEquals(new Scripts(null, null, null, null, null, 10_000), parse());
        assertEquals(Map.of(), parse("notifyScript", " ").paths());
    }

    @Test
    void everythingSet() throws ConfigurationRefused {
        Scripts scripts = parse(
                "upScript", "/up",
                "downScript", " /down ",
                "notifyScript", "/with blank/notify",
                "beforeScript", "/before",
                "xparam", "a b",
                "scriptTimeout", "3600");
        assertEquals(new Scripts("/up", "/down", "/with blank/notify", "/before", "a b", 3_600_000), scripts);
    }

    /** This is how FileInstall reads what an editor wrote in UTF-8. */
    @Test
    void lettersBeyondAsciiAreThoseThatWereWritten() {
        String written = "/opt/\u00fcbersicht.sh";
        String read = new String(written.getBytes(UTF_8), ISO_8859_1);
        assertEquals(written, new CfgValues(Map.of("upScript", read)).text(ScriptKeys.UP));
        assertEquals(
                List.of(written, written), new CfgValues(Map.of("peers", read + ", " + read)).list(LinkKeys.PEERS));
        assertEquals(List.of(written), new CfgValues(Map.of("peers", List.of(read))).list(LinkKeys.PEERS));
    }

    @Test
    void aRelativePathStartsInTheDirectoryOfTheContainer() throws ConfigurationRefused {
        Map<String, Object> file = VirtualHostConfigTest.file("notifyScript", "etc/notify", "upScript", "/up");
        VirtualHostConfig config = VirtualHostConfig.parse("web", file, Map.of(), Path.of("/opt/karaf"));
        assertEquals("/opt/karaf/etc/notify", config.scripts().notice());
        assertEquals("/up", config.scripts().up());
    }

    @Test
    void whatIsMissingIsNotRefused() throws ConfigurationRefused {
        assertEquals("/there/is/none", parse("beforeScript", "/there/is/none").before());
    }

    @ParameterizedTest
    @ValueSource(strings = {"upScript", "downScript", "notifyScript", "beforeScript"})
    void whatIsNoPathIsRefused(String key) {
        for (String junk : new String[] {"/two\nlines", "/nul\0", "/a/directory/"}) {
            String refusal = VirtualHostConfigTest.refusal(VirtualHostConfigTest.file(key, junk));
            assertTrue(refusal.startsWith(key + " = "), refusal);
            assertTrue(refusal.contains("the path of an executable file"), refusal);
        }
    }
}
