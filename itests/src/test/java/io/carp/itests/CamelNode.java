// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A container that boots with Camel, carp-camel and the example, and what its routes have logged. */
final class CamelNode {
    static final String TICK = "tick ";
    static final String TAKEN = "Leadership taken. Consumer started: timer";
    static final String LOST = "Leadership lost. Consumer stopped: timer";

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss,SSS", Locale.ROOT);

    final KarafNode karaf;

    CamelNode(Lab lab, String name, String address) throws Exception {
        karaf = new KarafNode(lab, name, address);
        Path features = etc("camel-features.xml");
        try (InputStream in = CamelNode.class.getResourceAsStream("/camel-features.xml")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(features, text.replace("${camel.version}", System.getProperty("camel.version")));
        }
        boot("featuresRepositories", features.toUri().toString());
        boot("featuresBoot", "camel-master", "carp-camel");
        String repository = "org.ops4j.pax.url.mvn.localRepository = " + System.getProperty("maven.localRepository");
        Path maven = etc("org.ops4j.pax.url.mvn.cfg");
        Files.writeString(maven, Files.readString(maven) + "\n" + repository + "\n");
        deploy("ticks", Path.of(System.getProperty("carp.camel.example")));
        UserBundle.write(
                MastershipTimes.class,
                karaf.deploy().resolve("mastership-times.jar"),
                "org.osgi.framework.hooks.service");
    }

    private void boot(String key, String... more) throws IOException {
        Path file = etc("org.apache.karaf.features.cfg");
        String text = Files.readString(file);
        String first = key + " = \\\n";
        if (!text.contains(first)) {
            throw new IOException("no " + key + " in " + file);
        }
        String values = String.join(", ", more);
        Files.writeString(file, text.replace(first, first + "    " + values + ", \\\n"));
    }

    private void deploy(String name, Path bundle) throws IOException {
        Path draft = Files.copy(bundle, etc(name + ".draft"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(draft, karaf.deploy().resolve(name + ".jar"), StandardCopyOption.ATOMIC_MOVE);
    }

    private Path etc(String file) {
        return karaf.deploy().resolveSibling("etc").resolve(file);
    }

    /** How often the text was logged, in all runs of this container. */
    long count(String text) throws IOException {
        return times(text).size();
    }

    /** When the text was logged, in all runs of this container, in microseconds since 1970, as exact as a log is. */
    List<Long> times(String text) throws IOException {
        Path log = karaf.deploy().resolveSibling("data/log/karaf.log");
        if (!Files.exists(log)) {
            return List.of();
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains("| " + text))
                    .map(line -> LocalDateTime.parse(line.substring(0, line.indexOf(' ')), STAMP))
                    .map(time ->
                            ChronoUnit.MICROS.between(java.time.Instant.EPOCH, time.atZone(ZoneId.systemDefault())))
                    .toList();
        }
    }

    long last(String text) throws IOException {
        List<Long> times = times(text);
        return times.get(times.size() - 1);
    }
}
