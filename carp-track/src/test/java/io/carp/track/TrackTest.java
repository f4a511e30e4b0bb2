// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.Demotion;
import io.carp.Finding;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;

/** From a configuration to the service, in a real service registry and in virtual time. */
class TrackTest extends InFramework {
    private final VirtualSchedule schedule = new VirtualSchedule();
    private final List<String> events = new ArrayList<>();
    private Path file;

    @BeforeEach
    void listen() throws Exception {
        file = Files.createFile(directory.resolve("carp.track-db.cfg"));
        context.addServiceListener(
                event -> events.add(
                        switch (event.getType()) {
                            case ServiceEvent.REGISTERED -> "registered";
                            case ServiceEvent.UNREGISTERING -> "unregistered";
                            default -> "modified";
                        }),
                "(objectClass=" + Demotion.class.getName() + ")");
    }

    private Track track(String... lines) {
        return new Track(schedule, context, properties(lines));
    }

    private Map<String, Object> properties(String... lines) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "service.pid",
                "carp.track~db",
                "service.factoryPid",
                "carp.track",
                "felix.fileinstall.filename",
                file.toUri().toString()));
        for (String line : lines) {
            String[] pair = line.split(" = ", 2);
            properties.put(pair[0], pair[1]);
        }
        return properties;
    }

    /** {@code amount names reason} of each demotion there is. */
    private List<String> demotions() throws Exception {
        return context.getServiceReferences(Demotion.class, null).stream()
                .map(TrackTest::text)
                .toList();
    }

    /** What carp:status shows about refused files. */
    private List<String> findings() throws Exception {
        return context.getServiceReferences(Finding.class, null).stream()
                .map(reference -> context.getService(reference).text())
                .toList();
    }

    private static String text(ServiceReference<Demotion> reference) {
        Object names = reference.getProperty(Demotion.NAME);
        return reference.getProperty(Demotion.AMOUNT) + " "
                + (names == null ? "all" : Arrays.toString((Object[]) names)) + " "
                + reference.getProperty(Demotion.REASON);
    }

    private Path pidFile() {
        return directory.resolve("db.pid");
    }

    private void processRuns() throws Exception {
        Files.writeString(pidFile(), ProcessHandle.current().pid() + "\n");
    }

    @Test
    void aServiceDemotesWhileItIsMissing() throws Exception {
        Track track = track("service = (&(objectClass=java.lang.Runnable)(kind=db))", "for = web, mail", "amount = 30");
        String reason = "30 [web, mail] track db: service (&(objectClass=java.lang.Runnable)(kind=db)):"
                + " there is no such service";
        assertEquals(List.of(reason), demotions());
        ServiceRegistration<Runnable> one =
                context.registerService(Runnable.class, () -> {}, new Hashtable<>(Map.of("kind", "db")));
        ServiceRegistration<Runnable> two =
                context.registerService(Runnable.class, () -> {}, new Hashtable<>(Map.of("kind", "db")));
        assertEquals(List.of(), demotions());
        one.unregister();
        assertEquals(List.of(), demotions(), "one is enough");
        two.setProperties(new Hashtable<>(Map.of("kind", "other")));
        assertEquals(List.of(reason), demotions());
        track.deactivate();
        assertEquals(List.of(), demotions());
        two.setProperties(new Hashtable<>(Map.of("kind", "db")));
        two.unregister();
        assertEquals(List.of("registered", "unregistered", "registered", "unregistered"), events);
    }

    @Test
    void aServiceThatIsThereIsNoEvent() throws Exception {
        context.registerService(Runnable.class, () -> {}, null);
        Track track = track("service = (objectClass=java.lang.Runnable)");
        track.modified(properties("service = (objectClass=java.lang.Runnable)", "amount = 7"));
        track.modified(properties("service = (objectClass=java.lang.Run*)", "amount = 7"));
        assertEquals(List.of(), events);
    }

    @Test
    void whatIsPolledDemotesFromTheFirstResultOn() throws Exception {
        track("process = " + pidFile(), "fall = 3");
        assertEquals(List.of(), demotions(), "nothing is known yet");
        schedule.pass(0);
        assertEquals(List.of("240 all track db: process " + pidFile() + ": there is no such file"), demotions());
        processRuns();
        schedule.pass(1);
        assertEquals(List.of(), demotions());
    }

    @Test
    void theReasonIsTheOneOfNow() throws Exception {
        track("process = " + pidFile());
        schedule.pass(5);
        assertEquals(List.of("registered"), events);
        Files.writeString(pidFile(), "soon");
        schedule.pass(5);
        assertEquals(List.of("240 all track db: process " + pidFile() + ": there is no process id in it"), demotions());
        assertEquals(List.of("registered", "modified"), events);
    }

    @Test
    void riseAndFallCountResultsInARow() throws Exception {
        processRuns();
        track("process = " + pidFile(), "rise = 2", "fall = 3", "interval = 10");
        schedule.pass(0);
        Files.delete(pidFile());
        schedule.pass(20);
        assertEquals(List.of(), events);
        schedule.pass(10);
        assertEquals(List.of("registered"), events);
        processRuns();
        schedule.pass(10);
        assertEquals(List.of("registered"), events);
        schedule.pass(10);
        assertEquals(List.of("registered", "unregistered"), events);
    }

    @Test
    void anEditOfTheMeaningDoesNotTakeTheDemotionAway() throws Exception {
        Track track = track("process = " + pidFile());
        schedule.pass(0);
        track.modified(properties("process = " + pidFile(), "amount = 9", "for = web", "rise = 3", "interval = 5"));
        String reason = "track db: process " + pidFile() + ": there is no such file";
        assertEquals(List.of("9 [web] " + reason), demotions());
        schedule.pass(10);
        track.modified(properties("process = " + pidFile(), "rise = 3"));
        assertEquals(List.of("240 all " + reason), demotions());
        processRuns();
        schedule.pass(1.5);
        assertEquals(List.of("registered", "modified", "modified"), events, "the edited rise holds");
        schedule.pass(1);
        assertEquals(List.of("registered", "modified", "modified", "unregistered"), events);
    }

    @Test
    void anotherThingDecidesWithItsFirstResult() throws Exception {
        Track track = track("process = " + pidFile());
        schedule.pass(0);
        track.modified(properties("interface = nosuch0", "fall = 9"));
        assertEquals(1, demotions().size(), "nothing better is known yet");
        schedule.pass(0);
        assertEquals(List.of("240 all track db: interface nosuch0: there is no such interface"), demotions());
        track.modified(properties("interface = lo", "rise = 9"));
        schedule.pass(0);
        assertEquals(List.of(), demotions());
        assertEquals(1, events.stream().filter("registered"::equals).count());
    }

    @Test
    void aBadEditChangesNothingAndIsOneErrorInWords() throws Exception {
        Track track = track("process = " + pidFile(), "amount = 5");
        schedule.pass(0);
        String log = logOf(() -> track.modified(properties("process = " + pidFile(), "amount = 500")));
        assertEquals(1, log.lines().count(), log);
        assertTrue(
                log.contains("ERROR")
                        && log.contains("carp: etc/carp.track-db.cfg: amount = 500: allowed is a whole number 1..240;"
                                + " the settings of before go on"),
                log);
        assertEquals(List.of("registered"), events);
        assertEquals(
                List.of("etc/carp.track-db.cfg: amount = 500: allowed is a whole number 1..240;"
                        + " the settings of before go on"),
                findings());
        processRuns();
        schedule.pass(1);
        assertEquals(List.of(), demotions(), "it still watches");
        track.modified(properties("process = " + pidFile(), "amount = 50"));
        assertEquals(List.of(), findings());
    }

    @Test
    void aCheckThatHangsIsAFindingUntilTheEnd() throws Exception {
        schedule.hang(true);
        Track track = track("process = " + pidFile(), "interval = 1", "timeout = 3");
        schedule.pass(4);
        assertEquals(List.of(), findings());
        assertEquals(1, demotions().size());
        String log = logOf(() -> schedule.pass(3));
        assertEquals(1, findings().size());
        String finding = findings().get(0);
        assertTrue(
                finding.startsWith("track db: process ")
                        && finding.endsWith("it is at org.example.Database.ask(Database.java:7)"),
                finding);
        assertTrue(log.contains(finding), log);
        track.deactivate();
        assertEquals(List.of(), findings());
    }

    @Test
    void aBadFileTracksNothingUntilItIsCorrected() throws Exception {
        Track[] track = new Track[1];
        String log = logOf(() -> track[0] = track("tcp = here"));
        assertTrue(log.contains("tcp = here") && log.contains("nothing is tracked"), log);
        track[0].modified(properties("process = " + pidFile()));
        schedule.pass(0);
        assertEquals(1, demotions().size());
        track[0].modified(properties("tcp = here"));
        assertEquals(1, findings().size());
        track[0].deactivate();
        assertEquals(List.of(), findings());
        assertEquals(0, schedule.waiting());
    }

    @Test
    void aFileWithoutANameAndAConfigurationWithoutItsFileAreExplained() throws Exception {
        Map<String, Object> nameless = properties("process = java");
        nameless.put("service.pid", "carp.track");
        nameless.remove("service.factoryPid");
        String log = logOf(() -> new Track(schedule, context, nameless));
        assertTrue(log.contains("the track has no name") && log.contains("etc/carp.track-<name>.cfg"), log);
        Files.delete(file);
        assertTrue(logOf(() -> track("process = java")).contains("config:delete carp.track~db"));
        assertEquals(0, schedule.waiting());
    }

    /** What slf4j-simple printed meanwhile. */
    private static String logOf(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setErr(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
