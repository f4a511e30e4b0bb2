// SPDX-License-Identifier: Apache-2.0
package io.carp.thread;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.function.Supplier;

/**
 * Makes daemon threads that inherit nothing from the thread that happens to make them.
 *
 * <p>The person who types {@code feature:install} in Karaf's shell is the JAAS Subject of the thread that activates our
 * components. A new thread would inherit it, and EventAdmin would put it into each of our events, so an audit would say
 * that this person did every later failover. A new thread would inherit the context class loader, too, and keep the
 * bundle behind it from being unloaded.
 */
public final class OwnThread {
    private OwnThread() {}

    /** A thread that is not started yet. Any thread may call. */
    public static Thread of(String name, Runnable work) {
        return of(() -> new Thread(work, name));
    }

    /**
     * The same for a thread of another class.
     *
     * @param constructor makes the thread, and does nothing else
     * @return what the constructor made, not started yet
     */
    public static <T extends Thread> T of(Supplier<T> constructor) {
        T thread = unrelated(constructor);
        thread.setDaemon(true);
        thread.setContextClassLoader(OwnThread.class.getClassLoader());
        return thread;
    }

    @SuppressWarnings("removal") // Java 17 has no other way; where the class has lost its meaning it does no harm.
    private static <T> T unrelated(Supplier<T> work) {
        return AccessController.doPrivileged((PrivilegedAction<T>) work::get);
    }
}
