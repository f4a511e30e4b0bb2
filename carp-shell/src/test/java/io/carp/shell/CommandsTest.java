// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpEngine;
import io.carp.VirtualHost;
import io.carp.testing.FakeCarpEngine;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.felix.utils.json.JSONParser;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandsTest {
    private final FakeCarpEngine carp = new FakeCarpEngine("web", "db");
    private final Shell shell = new Shell(carp);

    @AfterEach
    void close() {
        shell.close();
    }

    @Test
    void statusShowsATable() throws Exception {
        carp.host("web").link(7, "eth1").virtualIps("10.0.0.100");
        carp.take("web");
        String table = shell.run("carp:status --no-format");
        List<String> lines = table.lines().filter(line -> !line.isBlank()).toList();
        String web =
                lines.stream().filter(line -> line.contains("web")).findFirst().orElseThrow();
        for (String shown : List.of("7@eth1", "MASTER", "this node", "10.0.0.100", "1/0", "master timed out")) {
            assertTrue(web.contains(shown), shown + " in " + web);
        }
        assertFalse(table.contains("!"), "all is well");
    }

    @Test
    void statusFlagsWhatNeedsAPerson() throws Exception {
        carp.host("web").finding("address-in-use", "10.0.0.100 belongs to someone else");
        carp.host("db").configurationError("carp.vhost-db.cfg: advskew = 255: 0..254");
        String table = shell.run("carp:status");
        assertTrue(table.contains("! web: address-in-use: 10.0.0.100 belongs to someone else"), table);
        assertTrue(table.contains("! db: configuration refused: carp.vhost-db.cfg: advskew = 255: 0..254"), table);
        assertEquals(
                2,
                shell.run("carp:status --no-format")
                        .lines()
                        .filter(line -> line.contains("!"))
                        .count());
    }

    @Test
    void statusOfOneHostBeginsWithTheLineOfTheBsds() throws Exception {
        carp.take("web");
        assertEquals(
                "MASTER vhid 1 advbase 1 advskew 0",
                shell.run("carp:status web").lines().findFirst().orElseThrow());
        assertFails("no virtual host \"www\"; there are: db, web", "carp:status www");
    }

    @Test
    void statusAsJson() throws Exception {
        carp.host("web").finding("odd", "a \"quoted\"\ttext\\with\nall of it \u0001 é");
        Object parsed = new JSONParser(shell.run("carp:status --json web")).getParsed();
        Map<?, ?> web = (Map<?, ?>) parsed;
        assertEquals("web", web.get("name"));
        assertEquals("BACKUP", web.get("state"));
        Map<?, ?> finding = (Map<?, ?>) ((List<?>) web.get("findings")).get(0);
        assertEquals("a \"quoted\"\ttext\\with\nall of it \u0001 é", finding.get("text"));

        String node = shell.run("carp:status --json").strip();
        assertTrue(node.startsWith("{\"virtualHosts\":[{\"name\":\"db\",\"vhid\":2,\"interface\":\"eth0\""), node);
        assertTrue(node.endsWith("\"configurationError\":null}],\"findings\":[]}"), node);
    }

    @Test
    void stepDownAndTakeOverAnswerWithTheOutcome() throws Exception {
        carp.host("web").virtualIps("10.0.0.100");
        assertEquals(
                "web is MASTER (user requested); bound here: 10.0.0.100",
                shell.run("carp:takeover web").strip());
        assertEquals(
                "web is BACKUP (user requested); its addresses are released, a peer may take over",
                shell.run("carp:stepdown --timeout 2 web").strip());
        assertFails("this node is BACKUP, only a MASTER can step down", "carp:stepdown web");
        assertFails("no virtual host \"www\"; there are: db, web", "carp:takeover www");
        assertFails("--timeout is a number of seconds, 0 to 3600; not soon", "carp:takeover -t soon web");
    }

    @Test
    void anOutcomeThatDoesNotComeIsSaid() {
        EngineAccess access = new EngineAccess(carp);
        CommandException e = assertThrows(
                CommandException.class, () -> access.outcome("web", engine -> new CompletableFuture<>(), 0));
        assertEquals("no outcome within 0 s; at present web is BACKUP (initialization complete)", e.getMessage());
    }

    @Test
    void everythingHasHelp() throws Exception {
        for (String command : List.of("status", "stepdown", "takeover", "set")) {
            String help = shell.run("carp:" + command + " --help");
            assertTrue(help.contains("DESCRIPTION") && help.contains("carp:" + command), help);
            assertTrue(help.contains("name"), help);
        }
        assertTrue(shell.run("carp:set --help").contains("carp:set --unset deadRatio web"));
    }

    @Test
    void withoutAnEngineNothingBreaks() {
        assertEquals(List.of(), new EngineAccess(null).hosts());
        CommandException e = assertThrows(CommandException.class, () -> new EngineAccess(null).host("web"));
        assertTrue(e.getMessage().contains("not running"), e.getMessage());
    }

    @Test
    void nullsAmongTheHostsAreLeftOut() {
        List<VirtualHost> withNull = new ArrayList<>(carp.virtualHosts());
        withNull.add(0, null);
        CarpEngine surprising = (CarpEngine) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {CarpEngine.class}, (proxy, method, arguments) -> withNull);
        assertEquals(2, new EngineAccess(surprising).hosts().size());
        assertEquals(
                "web", new EngineAccess(surprising).find("web").orElseThrow().name());
    }

    private void assertFails(String sentence, String line) {
        CommandException e = assertThrows(CommandException.class, () -> shell.run(line));
        assertEquals(sentence, e.getMessage());
    }
}
