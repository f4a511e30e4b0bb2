// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import static io.carp.protocol.Step.NEVER;

import io.carp.mastership.Consumers;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Until when each MASTER of this node may be one without another advertisement: what another thread has to know to withdraw
 * the consumers should the loop be stuck. Any thread.
 */
public final class Masterships {
    private final Set<Span> spans = ConcurrentHashMap.newKeySet();

    /** That of one virtual host. */
    static final class Span {
        private final Consumers consumers;
        private volatile long end = NEVER;

        Span(Consumers consumers) {
            this.consumers = consumers;
        }

        /** On the loop. Allocates nothing. */
        void lastsUntil(long nanoTime) {
            end = nanoTime;
        }
    }

    Span begin(Consumers consumers) {
        Span span = new Span(consumers);
        spans.add(span);
        return span;
    }

    void end(Span span) {
        spans.remove(span);
    }

    /**
     * What withdraws the consumers of those whose time is over. Each may take long. The loop, should it come back, finds that it
     * is too late for them, too, and that nothing is left to withdraw.
     */
    public List<Runnable> withdrawals(long now) {
        return spans.stream()
                .filter(span -> span.end != NEVER && now - span.end > 0)
                .<Runnable>map(span -> span.consumers::withdraw)
                .toList();
    }
}
