// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import io.carp.Transition;
import io.carp.VirtualHost;
import io.carp.VirtualHostListener;
import io.carp.spi.Loop;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The {@link VirtualHostListener} services of a node. A new listener is given what was told last within one turn of the
 * loop. Everything is told on the loop, so nothing can happen in between. Each listener has a {@link Mailbox}, and if
 * it falls behind, no other one does.
 */
public final class Listeners {
    private final Loop loop;
    private final Executor pool;
    private final BiConsumer<String, @Nullable Throwable> log;
    private final Map<Object, Mailbox> mailboxes = new ConcurrentHashMap<>();

    /** The mailboxes of the listeners that have been given the present state. Loop thread only. */
    private final List<Mailbox> open = new ArrayList<>();

    /** What was told last, by running virtual host. Loop thread only. */
    private final Map<Object, VirtualHost> latest = new IdentityHashMap<>();

    /**
     * @param pool threads for what may block
     * @param log takes a sentence and what was thrown, if anything was, and does not block
     */
    public Listeners(Loop loop, Executor pool, BiConsumer<String, @Nullable Throwable> log) {
        this.loop = loop;
        this.pool = pool;
        this.log = log;
    }

    /**
     * Adds a listener. If there is one under this key already, it is replaced, and the present state is told anew. Any
     * thread may call.
     *
     * @param key stands for the registration
     * @param names its service property {@link VirtualHostListener#NAME}
     * @param owner the bundle that it belongs to, for the log
     */
    public void add(Object key, VirtualHostListener listener, @Nullable Object names, String owner) {
        remove(key);
        Mailbox mailbox = new Mailbox(listener, names, owner, loop, pool, log);
        mailboxes.put(key, mailbox);
        onLoop(() -> {
            open.add(mailbox);
            latest.values().forEach(host -> mailbox.put(host, null));
        });
    }

    /** Removes a listener. No further call of it begins. Any thread may call. */
    public void remove(Object key) {
        Mailbox mailbox = mailboxes.remove(key);
        if (mailbox != null) {
            mailbox.close();
            onLoop(() -> open.remove(mailbox));
        }
    }

    /**
     * Tells all listeners what has happened. Loop thread only.
     *
     * @param running stands for the running virtual host
     * @param transition null where it begins to run
     */
    public void tell(Object running, VirtualHost host, @Nullable Transition transition) {
        latest.put(running, host);
        for (Mailbox mailbox : open) {
            mailbox.put(host, transition);
        }
    }

    /** Forgets a virtual host that has ended, after its end was told. Loop thread only. */
    public void forget(Object running) {
        latest.remove(running);
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            return; // The loop has ended, so there is nothing more to tell.
        }
    }
}
