// SPDX-License-Identifier: Apache-2.0
package io.carp.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.metatype.AD;
import org.apache.felix.metatype.MetaData;
import org.apache.felix.metatype.MetaDataReader;
import org.apache.felix.metatype.OCD;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pages and forms say of each key what {@link CfgFile} says. {@code mvn -pl carp-keys test -Drewrite} writes them anew;
 * their diff belongs into the same commit.
 */
class WrittenOutTest {
    private static final Map<Path, List<CfgFile>> PAGES = Map.of(
            Path.of("../docs/configuration.md"),
            List.of(CfgFile.VIRTUAL_HOST, CfgFile.ENGINE, CfgFile.UDP),
            Path.of("../docs/tracking.md"),
            List.of(CfgFile.TRACK));

    private static Stream<Form> forms() {
        return Stream.of(
                new Form(
                        CfgFile.VIRTUAL_HOST,
                        "carp.vhost",
                        "factoryPid",
                        "CARP virtual host",
                        "A group of nodes that share virtual IPs on one link: etc/carp.vhost-<name>.cfg"),
                new Form(
                        CfgFile.UDP,
                        "carp.transport.udp",
                        "pid",
                        "CARP over UDP",
                        "Advertisements as UDP packets to a list of peers: etc/carp.transport.udp.cfg"),
                new Form(
                        CfgFile.TRACK,
                        "carp.track",
                        "factoryPid",
                        "CARP track",
                        "Something this node is worth less without: etc/carp.track-<name>.cfg. Name exactly one thing."));
    }

    @Test
    void thePagesHaveATableForEachGroup() throws IOException {
        for (Map.Entry<Path, List<CfgFile>> page : PAGES.entrySet()) {
            List<Group> groups = page.getValue().stream()
                    .flatMap(file -> file.groups().stream())
                    .toList();
            String text = Tables.in(Files.readString(page.getKey()), groups);
            compare(page.getKey(), text);
            assertEquals(groups.size(), Tables.count(text), "tables of keys in " + page.getKey());
        }
        assertEquals(
                Set.of(CfgFile.values()),
                PAGES.values().stream().flatMap(List::stream).collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void theFormsHaveAFieldForEachKey(Form form) throws IOException {
        String module = form.file() == CfgFile.TRACK ? "carp-track" : "carp-engine";
        compare(Path.of("..", module, "src/main/resources/OSGI-INF/metatype", form.pid() + ".xml"), form.xml());
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aContainerUnderstandsTheForms(Form form) throws IOException {
        MetaData read =
                new MetaDataReader().parse(new ByteArrayInputStream(form.xml().getBytes(StandardCharsets.UTF_8)));
        OCD fields = (OCD) read.getObjectClassDefinitions().get(form.pid());
        assertEquals(form.file().names(), fields.getAttributeDefinitions().keySet());
        for (Key<?> key : form.file().keys()) {
            AD field = (AD) fields.getAttributeDefinitions().get(key.name());
            assertEquals(key.inOneLine(), field.getDescription());
            assertEquals(key.absent().isRefused(), field.isRequired());
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachKeyIsDescribedInFull(CfgFile file) {
        for (Key<?> key : file.keys()) {
            assertFalse(key.meaning().isEmpty() || key.meaning().endsWith("."), key + ": " + key.meaning());
            assertFalse(key.edit().onThePage().isEmpty(), key + ": what does an edit cost?");
            assertTrue(key.brief().length() <= 140, key + ": its first sentence is too long: " + key.brief());
            String all = key.meaning()
                    + key.allowed().onThePage()
                    + key.absent().onThePage()
                    + key.edit().onThePage();
            assertFalse(all.contains(" | ") || all.contains("\n") || all.contains("  "), key + " is no row of a table");
        }
        long keys =
                file.groups().stream().mapToLong(group -> group.keys().size()).sum();
        assertEquals(keys, file.names().size(), "one is described twice");
    }

    private static void compare(Path path, String expected) throws IOException {
        if (System.getProperty("rewrite") != null) {
            Files.createDirectories(path.getParent());
            Files.writeString(path, expected);
        }
        assertEquals(
                expected,
                Files.readString(path),
                path + " is not what the keys say. Run 'mvn -pl carp-keys test -Drewrite' and read its diff.");
    }
}
