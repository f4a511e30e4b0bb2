// SPDX-License-Identifier: Apache-2.0
package io.carp.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.security.AccessController;
import java.security.Principal;
import java.security.PrivilegedAction;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import javax.security.auth.Subject;
import org.junit.jupiter.api.Test;

/** A thread of ours is nobody's, whoever made it. */
@SuppressWarnings("removal")
class OwnThreadTest {
    private static final Subject ADMIN =
            new Subject(true, Set.of((Principal) () -> "the admin who typed feature:install"), Set.of(), Set.of());

    @Test
    void aPlainThreadWouldCarryTheSubject() throws InterruptedException {
        assertSame(ADMIN, subjectOf(work -> new Thread(work)));
    }

    @Test
    void oursDoesNot() throws InterruptedException {
        assertNull(subjectOf(work -> OwnThread.of("carp-test", work)));
    }

    @Test
    void norDoesAThreadThatAPoolMakesLater() throws InterruptedException {
        assertNull(subjectOf(work -> OwnThread.of("carp-test", () -> {
            Executor pool = new ThreadPoolExecutor(
                    0,
                    1,
                    1,
                    TimeUnit.MILLISECONDS,
                    new SynchronousQueue<>(),
                    task -> OwnThread.of("carp-test-pool", task));
            pool.execute(work);
        })));
    }

    @Test
    void itIsADaemonOfItsNameWithTheClassLoaderOfTheBundle() throws Exception {
        try (URLClassLoader stranger = new URLClassLoader(new URL[0])) {
            Thread.currentThread().setContextClassLoader(stranger);
            Thread thread = OwnThread.of("carp-test", () -> {});
            assertEquals("carp-test", thread.getName());
            assertTrue(thread.isDaemon());
            assertSame(OwnThread.class.getClassLoader(), thread.getContextClassLoader());
        } finally {
            Thread.currentThread().setContextClassLoader(OwnThreadTest.class.getClassLoader());
        }
    }

    /** Whom the thread takes itself for that somebody with a Subject makes and starts. */
    private static Subject subjectOf(Function<Runnable, Thread> make) throws InterruptedException {
        AtomicReference<Subject> seen = new AtomicReference<>();
        AtomicReference<Thread> last = new AtomicReference<>();
        Thread made = Subject.doAs(ADMIN, (PrivilegedAction<Thread>) () -> make.apply(() -> {
            last.set(Thread.currentThread());
            seen.set(Subject.getSubject(AccessController.getContext()));
        }));
        Subject.doAs(ADMIN, (PrivilegedAction<Void>) () -> {
            made.start();
            return null;
        });
        made.join();
        while (last.get() == null) {
            Thread.onSpinWait();
        }
        assertNotNull(last.get());
        last.get().join();
        return seen.get();
    }
}
