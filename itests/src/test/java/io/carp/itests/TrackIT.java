// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.carp.CarpEngine;
import io.carp.CarpState;
import io.carp.DemotionSource;
import io.carp.VirtualHost;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.inject.Inject;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.OptionUtils;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** The feature {@code carp-track}, from its installation to its end, beside a virtual host that is MASTER. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class TrackIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FEATURE = "carp-track";

    @Inject
    private BundleContext context;

    @Inject
    private CarpEngine engine;

    @Inject
    private FeaturesService features;

    @Inject
    private SessionFactory sessions;

    private final List<String> files = new ArrayList<>();

    @Configuration
    public Option[] container() {
        return OptionUtils.combine(
                Containers.distribution(),
                CoreOptions.systemProperty("healthcheck.version").value(System.getProperty("healthcheck.version")));
    }

    @Before
    public void installBesideAMaster() throws Exception {
        Etc.loopbackTransport();
        write("carp.vhost-web.cfg", Etc.host(90));
        Lab.await("web is MASTER", PATIENCE, () -> engine.virtualHost("web")
                .filter(host -> host.state() == CarpState.MASTER)
                .isPresent());
        int transitions = web().transitions().size();
        features.installFeature(FEATURE);
        assertEquals(
                "the virtual host does not notice",
                transitions,
                web().transitions().size());
        assertTrue(Etc.exists("carp.track-db.cfg.example"));
    }

    @After
    public void deleteFiles() throws Exception {
        for (String file : files) {
            Etc.delete(file);
        }
        if (features.isInstalled(features.getFeature(FEATURE))) {
            features.uninstallFeature(FEATURE);
        }
    }

    @Test
    public void tracksUntilItIsUninstalled() throws Exception {
        aServiceThatIsMissing();
        aPortThatRefuses();
        aBadFileThatIsCorrected();
        healthChecksThatComeLater();
        whatIsUninstalledWhileItDemotes();
    }

    private void aServiceThatIsMissing() throws Exception {
        write("carp.track-app.cfg", "service = (&(objectClass=java.lang.Runnable)(app=web))", "amount = 60");
        DemotionSource source = awaitDemotion("app", "there is no such service");
        assertEquals(60, source.amount());
        assertEquals("io.carp.carp-track", source.owner());
        Lab.await("the MASTER says so", PATIENCE, () -> web().effectiveAdvskew() >= 60);
        assertEquals("nobody else is there", CarpState.MASTER, web().state());
        assertTrue(status(), status().contains("60 track app: service (&(objectClass=java.lang.Runnable)(app=web))"));

        ServiceRegistration<Runnable> service =
                context.registerService(Runnable.class, () -> {}, new Hashtable<>(Map.of("app", "web")));
        awaitNoDemotion("app");
        service.unregister();
        awaitDemotion("app", "there is no such service");
        Etc.delete("carp.track-app.cfg");
        awaitNoDemotion("app");
    }

    private void aPortThatRefuses() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        String tcp;
        int port;
        try (ServerSocket server = new ServerSocket(0, 50, loopback)) {
            port = server.getLocalPort();
            tcp = "tcp = 127.0.0.1:" + port;
            write("carp.track-port.cfg", tcp, "interval = 0.2", "timeout = 30", "for = web, other");
            server.setSoTimeout((int) PATIENCE.toMillis());
            server.accept().close(); // It is asked for the second time, so the first result is known.
            server.accept().close();
            assertFalse(demotion("port").isPresent());
        }
        awaitDemotion("port", "Connection refused");
        // The file is written anew at intervals, since FileInstall may lose an edit within milliseconds of the one
        // before.
        awaitEdit("carp.track-port.cfg", new String[] {tcp, "amount = 300"}, () -> log().contains(
                        "etc/carp.track-port.cfg: amount = 300: allowed is a whole number 1..240;"
                                + " the settings of before go on"));
        assertTrue("a bad edit changes nothing", demotion("port").isPresent());
        try (ServerSocket server = new ServerSocket(port, 50, loopback)) {
            awaitNoDemotion("port");
            assertFalse("until now somebody listened", server.isClosed());
        }
        awaitDemotion("port", "Connection refused");
        Etc.delete("carp.track-port.cfg");
        awaitNoDemotion("port");
    }

    private void aBadFileThatIsCorrected() throws Exception {
        write("carp.track-bad.cfg", "interface = nosuch0", "script = /bin/false");
        Lab.await("the log says so", PATIENCE, () -> log().contains(
                        "etc/carp.track-bad.cfg: interface and script in one file: allowed is exactly one of"));
        assertFalse(demotion("bad").isPresent());
        awaitEdit("carp.track-bad.cfg", new String[] {"script = /bin/false"}, () -> demotion("bad")
                .isPresent());
        awaitDemotion("bad", "script /bin/false: exit code");
        Etc.delete("carp.track-bad.cfg");
        awaitNoDemotion("bad");
    }

    private void healthChecksThatComeLater() throws Exception {
        write("carp.track-health.cfg", "healthCheck = db", "interval = 0.2", "timeout = 30");
        awaitDemotion("health", "org.apache.felix.healthcheck.core is not installed");
        String api =
                "mvn:org.apache.felix/org.apache.felix.healthcheck.api/" + System.getProperty("healthcheck.version");
        context.installBundle(api).start();
        ServiceRegistration<?> executor = HealthChecks.register(context, "db");
        awaitNoDemotion("health");
        executor.unregister();
        awaitDemotion("health", "org.apache.felix.healthcheck.core is not installed");
    }

    private void whatIsUninstalledWhileItDemotes() throws Exception {
        assertTrue(demotion("health").isPresent());
        features.uninstallFeature(FEATURE);
        awaitNoDemotion("health");
        assertEquals(CarpState.MASTER, web().state());
        Lab.await("no thread is left", PATIENCE, () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("carp-track")));
    }

    private VirtualHost web() {
        return engine.virtualHost("web").orElseThrow();
    }

    private Optional<DemotionSource> demotion(String track) {
        return web().demotions().stream()
                .filter(source -> source.reason().startsWith("track " + track + ": "))
                .findFirst();
    }

    private DemotionSource awaitDemotion(String track, String reason) throws Exception {
        Lab.await(track + " demotes: " + reason, PATIENCE, () -> demotion(track)
                .filter(source -> source.reason().contains(reason))
                .isPresent());
        return demotion(track).orElseThrow();
    }

    private void awaitNoDemotion(String track) throws Exception {
        Lab.await(track + " does not demote", PATIENCE, () -> demotion(track).isEmpty());
    }

    private static void awaitEdit(String file, String[] lines, Callable<Boolean> taken) throws Exception {
        long again = Duration.ofSeconds(4).toNanos();
        long[] written = {System.nanoTime() - again};
        Lab.await("the edit of " + file + " is taken", PATIENCE, () -> {
            if (System.nanoTime() - written[0] >= again) {
                written[0] = System.nanoTime();
                Etc.write(file, lines);
            }
            return taken.call();
        });
    }

    private void write(String file, String... lines) throws Exception {
        files.add(file);
        Etc.write(file, lines);
    }

    private static String log() throws Exception {
        return Files.readString(Path.of(System.getProperty("karaf.data"), "log", "karaf.log"));
    }

    private String status() throws Exception {
        return Viewer.execute(sessions, "carp:status web");
    }
}
