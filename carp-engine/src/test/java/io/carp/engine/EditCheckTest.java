// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import static io.carp.engine.Container.cfg;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Finding;
import io.carp.spi.AddressBinder;
import io.carp.spi.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.FrameworkUtil;
import org.osgi.service.cm.ManagedService;
import org.osgi.service.cm.ManagedServiceFactory;

/** What is said about settings before they are written, and about files without a virtual host. */
@Timeout(120)
class EditCheckTest {
    @TempDir
    private Path directory;

    private Container container;
    private ManagedServiceFactory hosts;

    @BeforeEach
    void start() throws Exception {
        System.setProperty("karaf.etc", directory.toString());
        container = new Container(directory.resolve("bundles"));
        var context = container.context();
        hosts = context.getService(context.getServiceReference(ManagedServiceFactory.class));
        context.registerService(Transport.class, container, FrameworkUtil.asDictionary(Map.of(Transport.NAME, "raw")));
        context.registerService(
                AddressBinder.class, container, FrameworkUtil.asDictionary(Map.of(AddressBinder.NAME, "netlink")));
    }

    @AfterEach
    void stop() throws Exception {
        container.close();
        System.clearProperty("karaf.etc");
    }

    private void file(String name, int vhid, String... pairs) throws Exception {
        hosts.updated("carp.vhost~" + name, FrameworkUtil.asDictionary(cfg(name, vhid, pairs)));
        container.await(name + " MASTER");
    }

    private String refusal(String name, Map<String, String> values, String... removed) {
        return container.engine.refusal(name, values, Set.of(removed)).orElse("");
    }

    private void assertBegins(String beginning, String refusal) {
        assertTrue(refusal.startsWith(beginning), refusal);
    }

    @Test
    void anEditIsJudgedWithWhatIsThereAndNothingChanges() throws Exception {
        file("web", 7);
        file("db", 8);
        assertEquals("", refusal("web", Map.of("advskew", "100", "preempt", "true")));
        assertEquals("", refusal("web", Map.of(), "hookTimeout"));
        assertBegins("advskew = 255: allowed is", refusal("web", Map.of("advskew", "255")));
        assertBegins("vhid is missing: allowed is", refusal("web", Map.of(), "vhid"));
        assertBegins("unknown key foo: allowed are", refusal("web", Map.of("foo", "1")));
        assertBegins("unknown key advskw: did you mean advskew? Allowed are", refusal("web", Map.of("advskw", "1")));
        assertBegins("unknown key VHID: did you mean vhid?", refusal("web", Map.of("VHID", "1")));
        assertBegins("broadcast = true: this transport cannot", refusal("web", Map.of("broadcast", "true")));
        assertBegins("transport.target = (a=b): there is no", refusal("web", Map.of("transport.target", "(a=b)")));
        assertBegins("binder.target = (a: not a filter", refusal("web", Map.of("binder.target", "(a")));
        assertBegins("vhid = 8 on eth0 is taken by", refusal("web", Map.of("vhid", "8")));
        assertBegins("passFile = no/such: allowed is", refusal("web", Map.of("passFile", "no/such"), "pass"));
        assertEquals(20, container.view("web").advskew());
        assertEquals("", container.view("web").configurationError().orElse(""));
    }

    @Test
    void aFileThatIsNotThereYetIsJudgedByItself() throws Exception {
        var whole = Map.of("interface", "eth0", "vhid", "9", "virtualIps", "10.0.0.9", "pass", "secret");
        assertEquals("", refusal("new", whole));
        assertBegins("interface is missing", refusal("new", Map.of("vhid", "9")));
        container.engine.configure(Map.of("pass", "common"));
        assertEquals("", refusal("new", Map.of("interface", "eth0", "vhid", "9", "virtualIps", "10.0.0.9")));
        assertTrue(container.engine.virtualHosts().isEmpty());
    }

    @Test
    void aPassFileThatComesLaterIsReadWithoutAnEdit() throws Exception {
        Path late = directory.resolve("web.pass");
        var cfg = cfg("web", 7, "passFile", late.toString());
        cfg.remove("pass");
        hosts.updated("carp.vhost~web", FrameworkUtil.asDictionary(cfg));
        Await.until("it is refused", () -> container
                .engine
                .virtualHost("web")
                .flatMap(host -> host.configurationError())
                .filter(error -> error.contains("passFile"))
                .isPresent());
        Files.writeString(late, ""); // An editor opens the file before it writes.
        Await.until("that it is empty is seen, and not the end of it", () -> container
                .engine
                .virtualHost("web")
                .flatMap(host -> host.configurationError())
                .filter(error -> error.contains("has no bytes"))
                .isPresent());
        Files.writeString(late, "secret\n");
        container.await("web MASTER");
        assertEquals("", container.view("web").configurationError().orElse(""));
        // The passFile of an edit is awaited as well, while the settings of before stay in force.
        Path later = directory.resolve("later.pass");
        cfg.put("passFile", later.toString());
        cfg.put("advskew", "21");
        hosts.updated("carp.vhost~web", FrameworkUtil.asDictionary(cfg));
        Await.until(
                "it is refused",
                () -> container.view("web").configurationError().isPresent());
        Files.writeString(later, "another\n");
        Await.until("it is taken", () -> container.view("web").advskew() == 21);
    }

    @Test
    void whatIsWrongWithNoVirtualHostIsFound() throws Exception {
        assertEquals(List.of(), container.engine.findings());
        container.engine.configure(Map.of("demotion", "500"));
        var context = container.context();
        var nameless = context.getServiceReferences(ManagedService.class, "(service.pid=carp.vhost)").stream()
                .findFirst()
                .orElseThrow();
        context.getService(nameless).updated(FrameworkUtil.asDictionary(Map.of("vhid", "1")));
        for (String name : List.of(
                "carp.vhosts-web2.cfg",
                "carp.vhost~mail.cfg",
                "carp.trak.cfg",
                "carp.vhost-web.cfg",
                "carp.vhost-db.config",
                "carp.engine.cfg",
                "carp.transport.udp.cfg",
                "carp.enginery.cfg",
                "carp.host.web.config",
                "carp.vhost-web.cfg.example")) {
            Files.createFile(directory.resolve(name));
        }
        var track = context.registerService(Finding.class, new Track(), null);
        String all = String.join(
                "\n", container.engine.findings().stream().map(Finding::text).toList());
        assertEquals("""
                etc/carp.engine.cfg: demotion = 500: allowed is a whole number -240..240; the settings of before stay
                etc/carp.vhost.cfg: the virtual host has no name, so it does not run: rename the file to\
                 etc/carp.vhost-<name>.cfg, one file for each virtual host
                etc/carp.host.web.config is read by nobody: rename it to carp.vhost-web.cfg
                etc/carp.vhosts-web2.cfg is read by nobody: rename it to carp.vhost-web2.cfg
                etc/carp.vhost~mail.cfg is read by nobody: rename it to carp.vhost-mail.cfg
                etc/carp.track-db.cfg: tcp = here""", all);
        track.unregister();
        container.engine.configure(Map.of());
        context.getService(nameless).updated(null);
        assertEquals(3, container.engine.findings().size());
    }

    private record Track() implements Finding {
        @Override
        public String code() {
            return "configuration";
        }

        @Override
        public String text() {
            return "etc/carp.track-db.cfg: tcp = here";
        }

        @Override
        public Instant since() {
            return Instant.EPOCH;
        }
    }
}
