// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.carp.CarpEngine;
import io.carp.CarpState;
import io.carp.VirtualHost;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.function.Predicate;
import javax.inject.Inject;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** From the file in etc to the running virtual host, with everything a person can get wrong on the way. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ConfigurationIT {
    /** FileInstall looks once a second. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A bad line, and what the answer to it must contain. */
    private static final List<String[]> BAD = List.of(
            new String[] {"vhid = abc", "vhid = abc", "1..255"},
            new String[] {"vhid = 0", "vhid = 0", "1..255"},
            new String[] {"vhid = 7  # seven", "7  # seven", "line of its own"},
            new String[] {"advskew = 255", "advskew = 255", "0..254"},
            new String[] {"advskw = 100", "advskw", "advskew"},
            new String[] {"virtualIps = 10.0.0.300", "virtualIps", "10.0.0.300"},
            new String[] {"pass = 123456789012345678901", "pass", "20"});

    @Inject
    private BundleContext context;

    @Inject
    private ConfigurationAdmin configurations;

    private final List<String> files = new ArrayList<>();

    @org.ops4j.pax.exam.Configuration
    public Option[] container() {
        return Containers.distribution();
    }

    @Before
    public void transport() throws Exception {
        Etc.loopbackTransport();
    }

    @After
    public void deleteFiles() throws Exception {
        // This is done again and again, since within milliseconds of an edit FileInstall may write a file back that has
        // just been deleted.
        Lab.await("no virtual host is left", PATIENCE, () -> {
            for (String file : files) {
                Etc.delete(file);
            }
            return engine().virtualHosts().isEmpty();
        });
    }

    @Test
    public void aFileStartsAVirtualHostAndItsEndEndsIt() throws Exception {
        host("web", 1);
        awaitHost("web", host -> host.state() == CarpState.MASTER);
        assertEquals(1, engine().virtualHost("web").orElseThrow().vhid());
    }

    @Test
    public void aLiveEditIsTakenAndKeepsMastership() throws Exception {
        host("live", 2);
        awaitHost("live", host -> host.state() == CarpState.MASTER);
        int before = engine().virtualHost("live").orElseThrow().transitions().size();
        host("live", 2, "advskew = 20");
        awaitHost("live", host -> host.advskew() == 20);
        VirtualHost edited = engine().virtualHost("live").orElseThrow();
        assertEquals(CarpState.MASTER, edited.state());
        assertEquals(before, edited.transitions().size());
    }

    /** A mounted ConfigMap does it like this: the directory behind the link is swapped, and nothing in etc changes. */
    @Test
    public void anEditBehindASymbolicLinkIsTaken() throws Exception {
        Path mount = Files.createTempDirectory("mount");
        for (int advskew : new int[] {5, 20}) { // The two have different lengths, since their times may be the same.
            Path version = Files.createDirectory(mount.resolve(".." + advskew));
            Files.write(version.resolve("linked.cfg"), List.of(Etc.host(3, "advskew = " + advskew)));
        }
        Path data = Files.createSymbolicLink(mount.resolve("..data"), Path.of("..5"));
        files.add("carp.vhost-linked.cfg");
        Etc.link("carp.vhost-linked.cfg", data.resolve("linked.cfg"));
        awaitHost("linked", host -> host.advskew() == 5);
        Path next = Files.createSymbolicLink(mount.resolve("..next"), Path.of("..20"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        awaitHost("linked", host -> host.advskew() == 20);
    }

    @Test
    public void everyBadFirstFileIsExplainedAndStartsOnceItIsCorrected() throws Exception {
        for (int i = 0; i < BAD.size(); i++) {
            host("bad" + i, 10 + i, BAD.get(i)[0]);
        }
        for (int i = 0; i < BAD.size(); i++) {
            awaitRefusal("bad" + i, BAD.get(i));
        }
        for (int i = 0; i < BAD.size(); i++) {
            editUntil(host -> host.configurationError().isEmpty() && host.state() != CarpState.INIT, "bad" + i, 10 + i);
        }
    }

    @Test
    public void aBadEditLeavesARunningVirtualHostAlone() throws Exception {
        host("kept", 30, "advskew = 3");
        awaitHost("kept", host -> host.state() == CarpState.MASTER);
        for (String[] bad : BAD) {
            editUntil(host -> refused(host, bad), "kept", 30, "advskew = 3", bad[0]);
            VirtualHost kept = engine().virtualHost("kept").orElseThrow();
            assertEquals(CarpState.MASTER, kept.state());
            assertEquals(3, kept.advskew());
            assertEquals(30, kept.vhid());
        }
        editUntil(host -> host.advskew() == 4 && host.configurationError().isEmpty(), "kept", 30, "advskew = 4");
    }

    @Test
    public void theSecondFileOfAVhidOnAnInterfaceIsRefusedUntilTheFirstIsGone() throws Exception {
        host("first", 40);
        awaitHost("first", host -> host.state() != CarpState.INIT);
        host("second", 40);
        awaitRefusal("second", "etc/carp.vhost-second.cfg", "vhid = 40", "etc/carp.vhost-first.cfg");
        Etc.delete("carp.vhost-first.cfg");
        awaitHost("second", host -> host.configurationError().isEmpty() && host.state() != CarpState.INIT);
    }

    @Test
    public void anInterfaceThatDoesNotExistIsAFindingAndNotAnEnd() throws Exception {
        write("carp.vhost-lost.cfg", "interface = nosuch0", "vhid = 50", "pass = x", "virtualIps = 192.0.2.1");
        awaitHost("lost", host -> host.findings().stream()
                .anyMatch(finding -> finding.text().contains("nosuch0")));
        assertEquals(CarpState.INIT, engine().virtualHost("lost").orElseThrow().state());
    }

    @Test
    public void theFileWithoutANameDoesNotStopTheOthersForLong() throws Exception {
        write("carp.vhost.cfg", Etc.host(60));
        host("named", 61);
        Lab.await(
                "the named file is seen",
                PATIENCE,
                () -> configurations.listConfigurations("(felix.fileinstall.filename=*carp.vhost-named.cfg)") != null);
        Etc.delete("carp.vhost.cfg");
        awaitHost("named", host -> host.state() != CarpState.INIT);
    }

    @Test
    public void aTransportThatIsNotThereIsNamed() throws Exception {
        write("carp.vhost-waiting.cfg", Etc.host(80, "transport.target = (carp.transport=pigeon)"));
        Path log = Path.of(System.getProperty("karaf.data"), "log", "karaf.log");
        String sentence =
                "etc/carp.vhost-waiting.cfg: transport.target = (carp.transport=pigeon): there is no such service";
        Lab.await("the log says so", PATIENCE, () -> Files.readString(log).contains(sentence));
        Etc.delete("carp.vhost-waiting.cfg");
    }

    @Test
    public void aConfigurationWhoseFileIsGoneIsNotStarted() throws Exception {
        Configuration ghost = configurations.getFactoryConfiguration("carp.vhost", "ghost", "?");
        Hashtable<String, Object> settings = new Hashtable<>();
        for (String line : Etc.host(70)) {
            String[] pair = line.split(" = ", 2);
            settings.put(pair[0], pair[1]);
        }
        URI gone =
                Path.of(System.getProperty("karaf.etc"), "carp.vhost-ghost.cfg").toUri();
        settings.put("felix.fileinstall.filename", gone.toString());
        ghost.update(settings);
        try {
            awaitRefusal("ghost", "without its file", "config:delete " + ghost.getPid());
        } finally {
            ghost.delete();
        }
    }

    /**
     * FileInstall writes the configuration that it has just read back into a file that changed meanwhile; an edit
     * within milliseconds of the one before can be lost that way. People are slower.
     */
    private void editUntil(Predicate<VirtualHost> done, String name, int vhid, String... more) throws Exception {
        long again = Duration.ofSeconds(4).toNanos();
        long[] written = {System.nanoTime() - again};
        Lab.await(name + " " + List.of(more), PATIENCE, () -> {
            if (System.nanoTime() - written[0] >= again) {
                written[0] = System.nanoTime();
                host(name, vhid, more);
            }
            return engine().virtualHost(name).filter(done).isPresent();
        });
    }

    private static boolean refused(VirtualHost host, String... parts) {
        return host.configurationError().isPresent()
                && List.of(parts).subList(parts.length > 1 ? 1 : 0, parts.length).stream()
                        .allMatch(host.configurationError().get()::contains);
    }

    private void host(String name, int vhid, String... more) throws Exception {
        write("carp.vhost-" + name + ".cfg", Etc.host(vhid, more));
    }

    private void write(String file, String... lines) throws Exception {
        files.add(file);
        Etc.write(file, lines);
    }

    /** The present engine, since it may have been started anew meanwhile. */
    private CarpEngine engine() throws Exception {
        Lab.await("there is an engine", PATIENCE, () -> context.getServiceReference(CarpEngine.class) != null);
        return context.getService(context.getServiceReference(CarpEngine.class));
    }

    private void awaitRefusal(String name, String... parts) throws Exception {
        awaitHost(name, host -> refused(host, parts));
    }

    private void awaitHost(String name, Predicate<VirtualHost> condition) throws Exception {
        try {
            Lab.await(name, PATIENCE, () -> engine().virtualHost(name)
                    .filter(condition)
                    .isPresent());
        } catch (AssertionError e) {
            String now = engine().virtualHost(name)
                    .map(host -> host.state() + " " + host.detail() + " " + host.configurationError())
                    .orElse("not there");
            throw new AssertionError(name + " is " + now, e);
        }
        assertTrue(engine().virtualHost(name).isPresent());
    }
}
