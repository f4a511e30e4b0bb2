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
 * The {@link VirtualHostListener} services of a node. Whoever comes is given what was told last in one turn of the loop, on
 * which everything is told, so that nothing can happen in between. Each has a {@link Mailbox} and falls behind alone.
 */
public final class Listeners {
    private final Loop loop;
    private final Executor pool;
    private final BiConsumer<String, @Nullable Throwable> log;
    private final Map<Object, Mailbox> mailboxes = new ConcurrentHashMap<>();

    /** Those that have been given the present state. Loop thread only. */
    private final List<Mailbox> open = new ArrayList<>();

    /** By the running virtual host, what was told last. Loop thread only. */
    private final Map<Object, VirtualHost> latest = new IdentityHashMap<>();

    /**
     * @param pool threads for what may block
     * @param log takes a sentence and what was thrown, if anything was, and does not wait for anybody
     */
    public Listeners(Loop loop, Executor pool, BiConsumer<String, @Nullable Throwable> log) {
        this.loop = loop;
        this.pool = pool;
        this.log = log;
    }

    /**
     * Any thread; one that is there under this key is replaced, and told the present state anew.
     *
     * @param key stands for the registration
     * @param names its service property {@link VirtualHostListener#NAME}
     * @param owner who it is, for the log
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

    /** No further call of it begins. Any thread. */
    public void remove(Object key) {
        Mailbox mailbox = mailboxes.remove(key);
        if (mailbox != null) {
            mailbox.close();
            onLoop(() -> open.remove(mailbox));
        }
    }

    /**
     * What everybody may know now. Loop thread.
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

    /** It has ended, and its end was told. Loop thread. */
    public void forget(Object running) {
        latest.remove(running);
    }

    private void onLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            return; // The loop has ended, and with it all that could be told.
        }
    }
}
