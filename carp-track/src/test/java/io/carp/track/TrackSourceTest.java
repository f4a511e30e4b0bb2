// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrackSourceTest {
    private static TrackSource of(String url) {
        return TrackSource.of(Map.of(
                "service.pid", "carp.track~a", "service.factoryPid", "carp.track", "felix.fileinstall.filename", url));
    }

    @Test
    void theFileGivesTheName() {
        assertEquals("db", of("file:/opt/karaf/etc/carp.track-db.cfg").name());
        assertEquals(
                "etc/carp.track-db.cfg",
                of("file:/opt/karaf/etc/carp.track-db.cfg").file());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://example.org/carp.track-db.cfg",
                "mvn:org.example/db/1/cfg",
                "file:/with blank/carp.track-db.cfg",
                ""
            })
    void whatIsNoPathIsNoFile(String url) {
        TrackSource source = of(url);
        assertEquals("a", source.name());
        assertEquals("configuration carp.track~a", source.file());
        assertDoesNotThrow(source::check);
    }
}
