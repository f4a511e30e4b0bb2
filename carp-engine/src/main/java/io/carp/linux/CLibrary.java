// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.carp.thread.OwnThread;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The C library behind {@link LibC}, from its first use to the end of the bundle. This is a class of its own because
 * releasing a library that was never loaded must not load it.
 */
public final class CLibrary {
    private static final long PATIENCE_NANOS = 1_000_000_000L;
    private static final long POLL_NANOS = 10_000_000L;

    private static @Nullable NativeLibrary library;
    private static boolean released;
    private static volatile @Nullable Throwable refusal;

    private CLibrary() {}

    static synchronized void register() {
        // JNA starts a thread with its first library, and leaves objects of its own in the thread that registers. If
        // that were a thread of Karaf, it would live on with them, and keep the classes of this bundle from being
        // unloaded.
        FutureTask<NativeLibrary> loading = new FutureTask<>(() -> {
            NativeLibrary c = NativeLibrary.getInstance("c");
            Native.register(LibC.class, c);
            return c;
        });
        OwnThread.of("carp-jna", loading).start();
        try {
            library = result(loading);
            released = false;
        } catch (RuntimeException | Error e) {
            refusal = e;
            throw e;
        }
    }

    private static NativeLibrary result(FutureTask<NativeLibrary> loading) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return loading.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof Error error) {
                        throw error;
                    }
                    throw e.getCause() instanceof RuntimeException exception ? exception : new IllegalStateException(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Why the library could not be loaded when that was first tried; null if it could. Java itself tells the reason
     * once, and later only that it failed before.
     */
    static @Nullable Throwable refusal() {
        return refusal;
    }

    /**
     * Makes the calls of {@link LibC} work again after a {@link #release}; otherwise it does nothing. Any thread may
     * call it.
     */
    public static synchronized void restore() {
        if (released) {
            register();
        }
    }

    /**
     * Releases the library and JNA, so that JNA's thread ends within half a minute and the classes of the bundle can be
     * unloaded. From now on the calls of {@link LibC} throw UnsatisfiedLinkError. If a thread is inside one of them and
     * does not leave it within a second, nothing is released. This is called at the end of the bundle, when everything
     * that makes calls has ended or is about to.
     */
    public static synchronized void release() {
        if (library != null && !staysInUse()) {
            Native.unregister(LibC.class);
            library.close();
            library = null;
            released = true;
        }
    }

    private static boolean staysInUse() {
        long start = System.nanoTime();
        while (isInUse()) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                return true;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return false;
    }

    /** Whether a thread is inside a call, for it could not return from a method that is no longer there. */
    private static boolean isInUse() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Stream::of)
                .anyMatch(
                        frame -> frame.isNativeMethod() && frame.getClassName().equals(LibC.class.getName()));
    }
}
