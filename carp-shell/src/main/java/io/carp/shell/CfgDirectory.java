// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
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

    /** Held from the comparison of a file until it is replaced, by one session of this container at a time. */
    private static final Object ONE_AT_A_TIME = new Object();

    static CfgDirectory ofThisKaraf() throws CommandException {
        String etc = System.getProperty("karaf.etc");
        if (etc == null) {
            throw new CommandException("the system property karaf.etc is not set: this is no Karaf");
        }
        return new CfgDirectory(Path.of(etc));
    }

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

    /** The file with typed values, as ConfigurationAdmin writes them. FileInstall reads it, too. */
    Path typedFile(String name) {
        return path.resolve(PREFIX + name + ".config");
    }

    /**
     * Makes a file that only its owner can read, since there may be a pass in it.
     *
     * @throws CommandException if the file exists by now
     */
    void create(String name, byte[] content) throws IOException, CommandException {
        Path target = file(name);
        try (Temporary temporary = new Temporary(target)) {
            temporary.write(content);
            try {
                // A link, unlike a move, does not replace what somebody else has just created.
                Files.createLink(target, temporary.path);
            } catch (UnsupportedOperationException e) {
                // This replaces nothing either, but a reader may see half of the file.
                Files.write(target, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                keepAttributes(temporary.path, target);
            }
            sync(path);
        } catch (FileAlreadyExistsException e) {
            throw new CommandException(target + " was made by somebody else meanwhile; nothing is written", e);
        }
    }

    /**
     * Replaces the content in one step, so that readers, even after a crash, find all of the old or all of the new.
     * Mode, owner and group stay, and a symbolic link stays one. Two sessions do not overwrite each other. An editor
     * that writes at the moment of the step goes unnoticed, since editors lock nothing.
     *
     * @throws CommandException if the file has changed since it was read, or its owner cannot be kept
     */
    void replace(String name, byte[] before, byte[] after) throws IOException, CommandException {
        Path target = file(name).toRealPath();
        synchronized (ONE_AT_A_TIME) {
            try (Temporary temporary = new Temporary(target)) {
                temporary.write(after);
                keepAttributes(target, temporary.path);
                if (!Arrays.equals(before, Files.readAllBytes(target))) {
                    throw new CommandException(target + " was changed by somebody else meanwhile; nothing is written");
                }
                Files.move(temporary.path, target, StandardCopyOption.ATOMIC_MOVE);
                sync(target.resolveSibling("."));
            }
        }
    }

    /** A file beside the target that FileInstall ignores, since its name does not end in .cfg. Closing deletes it. */
    private static final class Temporary implements AutoCloseable {
        private final Path target;
        private final Path path;

        Temporary(Path target) throws IOException {
            this.target = target;
            try {
                path = Files.createTempFile(target.toAbsolutePath().getParent(), "." + target.getFileName(), ".tmp");
            } catch (FileSystemException e) {
                throw unwritten(target, e);
            }
        }

        void write(byte[] content) throws IOException {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            } catch (IOException e) {
                throw unwritten(target, e);
            }
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(path);
        }
    }

    /** Names the file that could not be written, since the message of a full disk does not. */
    private static IOException unwritten(Path target, IOException why) {
        String reason = why instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : why instanceof AccessDeniedException ? "access denied" : why.getMessage();
        return new IOException(target + " could not be written, and is as before: " + reason, why);
    }

    private static void keepAttributes(Path from, Path to) throws IOException, CommandException {
        PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (view == null) {
            return; // This file system has no owners and modes.
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
        view.setPermissions(wanted.permissions()); // This comes last, since a change of owner may drop bits.
    }

    /** Makes the new name survive a power cut, where a directory can be synced at all. */
    private static void sync(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return; // Not every system can do this. The content itself is safe.
        }
    }
}
