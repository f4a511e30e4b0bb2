// SPDX-License-Identifier: Apache-2.0
package io.carp.bundle;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code etc/carp.engine.cfg} and the examples when the bundle starts in a container for the first time. It
 * never overwrites a file, and never writes again what somebody has deleted.
 *
 * <p>A {@code <configfile>} of the feature would do the same. But Karaf fetches it by a {@code mvn:} URL in the middle
 * of an installation, and stops half-way where that protocol is being refreshed. A minimal Karaf does not survive that.
 */
final class EtcFiles {
    private static final Logger LOG = LoggerFactory.getLogger(EtcFiles.class);

    private final List<URL> files;
    private final Path etc;

    /**
     * @param files what is to be written; the last part of the path is the name of the file
     * @param etc the directory of the container's configuration
     */
    EtcFiles(List<URL> files, Path etc) {
        this.files = files;
        this.etc = etc;
    }

    /**
     * Writes the files, unless that has been done before. If the directory cannot be written to, there is one line in
     * the log, since nothing needs these files.
     *
     * @param done the file that shows that it has been done; null where bundles cannot keep files
     */
    void write(@Nullable File done) {
        if (done != null && done.exists()) {
            return;
        }
        try {
            for (URL file : files) {
                write(file);
            }
            if (done != null) {
                Files.createFile(done.toPath());
            }
        } catch (IOException e) {
            LOG.warn(
                    "carp: the commented examples could not be written to {}: {}; everything works without them, and"
                            + " settings that are not there have their defaults",
                    etc,
                    e.toString());
        }
    }

    private void write(URL file) throws IOException {
        String path = file.getPath();
        Path target = etc.resolve(path.substring(path.lastIndexOf('/') + 1));
        try (InputStream in = file.openStream()) {
            // The file is written in one go, so that a program that watches the directory does not read half of it.
            Files.write(target, in.readAllBytes(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("carp: {} is there already and stays as it is", target);
        }
    }
}
