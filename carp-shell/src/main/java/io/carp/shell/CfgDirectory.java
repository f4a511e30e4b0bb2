// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.karaf.shell.support.CommandException;

/** Karaf's etc directory, as far as virtual hosts are concerned. */
record CfgDirectory(Path path) {
    private static final String PREFIX = "carp.vhost-";
    private static final String SUFFIX = ".cfg";

    Path file(String name) {
        return path.resolve(PREFIX + name + SUFFIX);
    }

    /** The names for which there is a file, sorted. */
    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(PREFIX) && name.endsWith(SUFFIX))
                    .map(name -> name.substring(PREFIX.length(), name.length() - SUFFIX.length()))
                    .sorted()
                    .toList();
        }
    }

    /** A file only its owner can read: there may be a pass in it. */
    void create(String name, byte[] content) throws IOException {
        Path target = file(name);
        Path temporary = write(target, content);
        try {
            // A link, unlike a move, does not replace what somebody else has just created.
            Files.createLink(target, temporary);
            sync(path);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Replaces the content in one step: a reader, and a crash, see all of the old or all of the new. Mode, owner and
     * group stay; a symbolic link stays one.
     *
     * @throws CommandException if the file is not what it was when read, or its owner cannot be kept
     */
    void replace(String name, byte[] before, byte[] after) throws IOException, CommandException {
        Path target = file(name).toRealPath();
        Path temporary = write(target, after);
        try {
            keepAttributes(target, temporary);
            if (!Arrays.equals(before, Files.readAllBytes(target))) {
                throw new CommandException(target + " was changed by somebody else meanwhile; nothing is written");
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            sync(target.resolveSibling("."));
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static Path write(Path target, byte[] content) throws IOException {
        // FileInstall reads *.cfg; this name it leaves alone.
        Path temporary = Files.createTempFile(target.toAbsolutePath().getParent(), "." + target.getFileName(), ".tmp");
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        return temporary;
    }

    private static void keepAttributes(Path from, Path to) throws IOException, CommandException {
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (view == null) {
            return; // no such thing on this file system
        }
        PosixFileAttributes wanted = Files.readAttributes(from, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes made = view.readAttributes();
        try {
            if (!wanted.owner().equals(made.owner())) {
                view.setOwner(wanted.owner());
            }
            if (!wanted.group().equals(made.group())) {
                view.setGroup(wanted.group());
            }
        } catch (IOException e) {
            throw new CommandException(
                    from + " belongs to " + wanted.owner() + ":" + wanted.group()
                            + ", which this process cannot keep; nothing is written",
                    e);
        }
        view.setPermissions(wanted.permissions()); // last: a change of owner may drop bits
    }

    /** Makes the new name survive a power cut, where a directory can be synced at all. */
    private static void sync(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return; // not on every system; the content itself is safe
        }
    }
}
