// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a configuration comes from, and what the track is therefore called.
 *
 * @param pid as ConfigurationAdmin knows it: {@code carp.track~db}
 * @param path the file; null if it comes from elsewhere
 * @param isOneOfMany not so for {@code etc/carp.track.cfg}, a file without a name
 */
record TrackSource(String pid, @Nullable Path path, boolean isOneOfMany) {
    private static final Pattern FILE = Pattern.compile("carp\\.track-(.+)\\.cfg");

    static TrackSource of(Map<String, ?> properties) {
        Object url = properties.get("felix.fileinstall.filename");
        return new TrackSource(
                String.valueOf(properties.get("service.pid")),
                url == null ? null : path(String.valueOf(url)),
                properties.containsKey("service.factoryPid"));
    }

    /** An exception here would leave the component unactivated, for DS does not try again. */
    private static @Nullable Path path(String url) {
        try {
            return Path.of(URI.create(url));
        } catch (RuntimeException e) { // Not a URI, or of a kind that is no file system.
            return null;
        }
    }

    /** {@code db} for {@code etc/carp.track-db.cfg}. */
    String name() {
        Matcher named = FILE.matcher(path == null ? "" : String.valueOf(path.getFileName()));
        return named.matches() ? named.group(1) : pid.substring(pid.indexOf('~') + 1);
    }

    /** For a person: {@code etc/carp.track-db.cfg}. */
    String file() {
        return path == null ? "configuration " + pid : "etc/" + path.getFileName();
    }

    void check() throws ConfigurationRefused {
        if (!isOneOfMany) {
            throw new ConfigurationRefused("the track has no name, and no other may start while this file is there:"
                    + " rename it to etc/carp.track-<name>.cfg, one file for each track");
        }
        if (path != null && !Files.exists(path)) {
            throw new ConfigurationRefused("configuration without its file, which was deleted, perhaps while the"
                    + " container was stopped: put the file back, or: config:delete " + pid);
        }
    }
}
