// SPDX-License-Identifier: Apache-2.0
package io.carp.report;

import io.carp.CarpState;
import io.carp.Finding;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.consumers.EventContent;
import io.carp.consumers.VirtualHostView.TransitionView;
import io.carp.keys.Printable;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.osgi.service.event.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes log lines and posts events of this node, all by one thread, since EventAdmin keeps the order for each posting
 * thread only, and logging can block. Any thread may call; nothing here blocks the caller.
 */
public final class LogAndEvents {
    /** The logger's name, by which operators look for lines, whatever class they come from. */
    private static final Logger LOG = LoggerFactory.getLogger("io.carp");

    private final Executor thread;
    private final Consumer<Event> post;

    public LogAndEvents(Executor thread, Consumer<Event> post) {
        this.thread = thread;
        this.post = post;
    }

    /** Says how many lines and events were dropped. Called on the thread that writes them. */
    public static void lost(long howMany) {
        LOG.warn(
                "carp: {} log lines and events were dropped, for the log or EventAdmin did not take them in time;"
                        + " carp:status says what is true now",
                howMany);
    }

    /**
     * Writes the line of a transition, in the words of FreeBSD's kernel. Our thread makes the text, since the addresses
     * are waiting.
     */
    public void logTransition(VirtualHost host, CarpState from, CarpState to, Reason reason) {
        thread.execute(() -> LOG.info("carp: {}: {} -> {} ({})", EventContent.subsystem(host), from, to, reason));
    }

    /** Posts the event of a transition, or of the present state for subscribers that start after us. */
    public void postState(VirtualHost host, CarpState from, CarpState to, Reason reason, Instant at) {
        post(EventContent.of(host, new TransitionView(at, from, to, reason)));
    }

    /** Something is wrong that an operator has to mend. */
    void fault(VirtualHost host, Finding finding) {
        error("carp: " + finding.text());
        postFinding(host, finding);
    }

    /** Something is doubtful, but stops nothing. */
    void doubt(VirtualHost host, Finding finding) {
        warn("carp: " + finding.text());
        postFinding(host, finding);
    }

    private void postFinding(VirtualHost host, Finding finding) {
        post(EventContent.of(host, finding));
    }

    /** Tells that the node-wide demotion has changed, in the words of FreeBSD's kernel. */
    public void demoted(int before, int after, String reason, Instant at) {
        info("carp: demotion " + before + " -> " + after + " (" + reason + ")");
        post(EventContent.ofDemotion(before, after, reason, at));
    }

    private void post(EventContent content) {
        Event event = new Event(content.topic(), content.properties());
        thread.execute(() -> {
            try {
                post.accept(event);
            } catch (RuntimeException | Error e) {
                LOG.debug("carp: {} could not be posted; EventAdmin may be gone", event.getTopic(), e);
            }
        });
    }

    /** Whether somebody wants to read of every advertisement: {@code log:set DEBUG io.carp}. Does not wait. */
    public boolean isDebug() {
        return LOG.isDebugEnabled();
    }

    public void debug(String line) {
        thread.execute(() -> LOG.debug(line));
    }

    public void info(String line) {
        thread.execute(() -> LOG.info(Printable.of(line)));
    }

    public void warn(String line) {
        warn(line, null);
    }

    /** @param thrown what was thrown, if anything was; it is logged with its stack trace */
    public void warn(String line, @Nullable Throwable thrown) {
        thread.execute(() -> LOG.warn(Printable.of(line), thrown));
    }

    public void error(String line) {
        error(line, null);
    }

    /** @param thrown what was thrown, if anything was; it is logged with its stack trace */
    public void error(String line, @Nullable Throwable thrown) {
        thread.execute(() -> LOG.error(Printable.of(line), thrown));
    }
}
