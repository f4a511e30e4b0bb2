// SPDX-License-Identifier: Apache-2.0
package io.carp.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the configuration of a virtual host comes from, and what it is therefore called. */
public final class ConfigurationSource {
    private static final String PREFIX = "carp.vhost-";
    private static final String SUFFIX = ".cfg";
    private static final String FILE_NAME = "felix.fileinstall.filename";

    private final String pid;
    private final @Nullable Path path;
    private final String name;

    public ConfigurationSource(Map<String, ?> properties) {
        this.pid = String.valueOf(properties.get("service.pid"));
        this.path = path(properties);
        this.name = name(pid, path);
    }

    /** {@code web}, from the file name, else from the part of the pid after the tilde; else the pid. */
    public String name() {
        return name;
    }

    /** For a person: {@code etc/carp.vhost-web.cfg}. */
    public String file() {
        return path == null ? "configuration " + pid : "etc/" + path.getFileName();
    }

    /** Refuses a configuration without a name, and one whose file was deleted while nobody was looking. */
    public void check(Map<String, ?> properties) throws ConfigurationRefused {
        if (name.equals(pid)) {
            throw new ConfigurationRefused(
                    "the virtual host has no name: the file must be called etc/carp.vhost-<name>.cfg,"
                            + " one for each virtual host");
        }
        Path now = path(properties);
        if (now != null && !Files.exists(now)) {
            throw new ConfigurationRefused("configuration without its file, which was deleted, perhaps while the"
                    + " container was stopped: put the file back, or: config:delete " + pid);
        }
    }

    private static @Nullable Path path(Map<String, ?> properties) {
        Object url = properties.get(FILE_NAME);
        try {
            return url == null ? null : Path.of(URI.create(String.valueOf(url)));
        } catch (RuntimeException e) { // Not a URI, or of a kind that is no file system.
            return null;
        }
    }

    private static String name(String pid, @Nullable Path path) {
        String file = path == null ? "" : String.valueOf(path.getFileName());
        if (file.startsWith(PREFIX) && file.endsWith(SUFFIX) && file.length() > PREFIX.length() + SUFFIX.length()) {
            return file.substring(PREFIX.length(), file.length() - SUFFIX.length());
        }
        int tilde = pid.indexOf('~');
        return tilde < 0 || tilde == pid.length() - 1 ? pid : pid.substring(tilde + 1);
    }
}
