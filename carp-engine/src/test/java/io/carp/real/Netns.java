// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.carp.linux.LibC;
import io.carp.net.NettyLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * One network namespace of a test, with its loopback up. Its real name carries the number of this JVM, so that tests
 * that run at the same time do not meet, and so that the next run can remove what a killed one left behind.
 *
 * <p>A thread that {@linkplain #enter enters} opens all its sockets here, so one JVM can hold several nodes of a link
 * if each has a loop of its own whose thread has entered. See {@link Lan} for several hosts on one switch.
 */
public final class Netns implements AutoCloseable {
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int O_CLOEXEC = 0x80000;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;
    private final List<Process> processes = new ArrayList<>();

    private Netns(String name) {
        this.name = name;
    }

    /**
     * Makes a namespace. Where that is not possible, this says why and aborts the test.
     *
     * @param name starts with the test's own prefix, such as {@code carp-net-a}
     */
    public static Netns create(String name) {
        assumePossible();
        removeLeftovers(name);
        var netns = new Netns(name + "." + ProcessHandle.current().pid() + "." + COUNT.incrementAndGet());
        exec(List.of("ip", "netns", "add", netns.name));
        netns.ip("link set lo up");
        // Interfaces made here have their link-local address at once, not after a second of duplicate detection.
        netns.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv6/conf/default/accept_dad"), "0"));
        return netns;
    }

    /** Aborts the test with the reason where namespaces cannot be made. */
    public static void assumePossible() {
        boolean root = Files.isWritable(Path.of("/run")) && "root".equals(System.getProperty("user.name"));
        Assumptions.assumeTrue(root, "network namespaces need root");
        boolean ip = Stream.of("/sbin/ip", "/usr/sbin/ip", "/bin/ip").anyMatch(p -> Files.isExecutable(Path.of(p)));
        Assumptions.assumeTrue(ip, "the command ip is missing (package iproute2)");
        Assumptions.assumeTrue(mayUnshare(), "this container may not make network namespaces (CAP_SYS_ADMIN)");
    }

    private static boolean mayUnshare() {
        try {
            return new ProcessBuilder("unshare", "-n", "true").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The name that {@code ip netns} lists. */
    public String name() {
        return name;
    }

    /**
     * Runs {@code ip <arguments>} here, such as {@code ip("address add 10.9.0.1/24 dev eth0")}, and returns what it
     * printed.
     */
    public String ip(String arguments) {
        var command = new ArrayList<>(List.of("ip", "-netns", name));
        command.addAll(List.of(arguments.split(" ")));
        return exec(command);
    }

    /** Runs a command here until it ends; returns what it printed, and throws if it failed. */
    public String run(String... command) {
        return exec(inside(command));
    }

    /** Starts a command here that is killed when the namespace is closed. */
    public Process start(String... command) {
        try {
            var process = new ProcessBuilder(inside(command))
                    .redirectErrorStream(true)
                    .start();
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command line that runs the command here, for a ProcessBuilder. */
    public List<String> inside(String... command) {
        var all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(command));
        return all;
    }

    /** Joins an interface here with one there by a cable: a veth pair, both ends up. */
    public void cable(String networkInterface, Netns other, String otherInterface) {
        ip("link add " + networkInterface + " type veth peer name " + otherInterface + " netns " + other.name);
        ip("link set " + networkInterface + " up");
        other.ip("link set " + otherInterface + " up");
    }

    /** Moves the calling thread here for good. Sockets that it opens from now on belong to this namespace. */
    public void enter() {
        int fd = C.open(NAMESPACES.resolve(name).toString(), O_CLOEXEC);
        if (fd < 0) {
            throw new IllegalStateException("open " + name + ": errno " + Native.getLastError());
        }
        int result = C.setns(fd, CLONE_NEWNET);
        int errno = Native.getLastError();
        LibC.close(fd);
        if (result < 0) {
            throw new IllegalStateException("setns " + name + ": errno " + errno);
        }
    }

    /** Runs the work on a thread of its own inside this namespace and waits for the result, at most half a minute. */
    public <T> T call(Callable<T> work) {
        var result = new CompletableFuture<T>();
        var thread = new Thread(() -> {
            try {
                enter();
                result.complete(work.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        try {
            return result.orTimeout(30, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("in " + name, e.getCause());
        }
    }

    /** A loop whose thread is here; close it before the namespace. */
    public NettyLoop loop() {
        var loop = new NettyLoop();
        var entered = CompletableFuture.runAsync(this::enter, loop::execute);
        entered.orTimeout(30, TimeUnit.SECONDS).join();
        return loop;
    }

    /** Makes of a socket a descriptor that is always ready and from which nothing can be received. */
    static void makeUseless(int fd) {
        int nothing = C.open("/dev/null", O_CLOEXEC);
        if (nothing < 0 || C.dup3(nothing, fd, O_CLOEXEC) < 0) {
            throw new IllegalStateException("dup3: errno " + Native.getLastError());
        }
        LibC.close(nothing);
    }

    /** Kills what was {@linkplain #start started} here and removes the namespace with its interfaces. */
    @Override
    public void close() {
        for (var process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            process.onExit().join();
        }
        if (Files.exists(NAMESPACES.resolve(name))) {
            exec(List.of("ip", "netns", "delete", name));
        }
    }

    private static void removeLeftovers(String prefix) {
        if (!Files.isDirectory(NAMESPACES)) {
            return;
        }
        try (var entries = Files.list(NAMESPACES)) {
            for (var entry : entries.toList()) {
                var parts = entry.getFileName().toString().split("\\.");
                if (parts.length == 3 && parts[0].equals(prefix) && !Files.exists(Path.of("/proc", parts[1]))) {
                    exec(List.of("ip", "netns", "delete", entry.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String exec(List<String> command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": status " + status + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class C {
        static {
            Native.register(C.class, NativeLibrary.getInstance("c"));
        }

        private C() {}

        static native int open(String path, int flags);

        static native int dup3(int from, int to, int flags);

        static native int setns(int fd, int type);
    }
}
