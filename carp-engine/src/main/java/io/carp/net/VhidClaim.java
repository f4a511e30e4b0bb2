// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.linux.Claim;
import io.carp.linux.Neighbour;
import io.carp.linux.SystemCallException;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that no other process of this machine runs the same virtual host. Two would not hear each other, since the
 * kernel does not hand to this machine what we send to a group. The claim is taken for both families, before anything
 * is heard or said; while another process has it, it is tried again every second. Loop thread only.
 */
final class VhidClaim {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** How long the other process may take to say where it is at home. */
    private static final long ANSWER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Loop loop;
    private final String what;
    private final Claim claim;
    private final Runnable unused;
    private final List<Runnable> users = new ArrayList<>();
    private boolean ours;
    private boolean asked;
    private @Nullable String why;
    private @Nullable Cancellable watch;
    private @Nullable Cancellable retry;

    /** @param unused called when no outlet needs the claim any more */
    VhidClaim(Loop loop, String networkInterface, int vhid, Runnable unused) {
        this.loop = loop;
        this.what = "vhid " + vhid + " on " + networkInterface;
        this.claim = new Claim("vhid/" + vhid + "@" + networkInterface);
        this.unused = unused;
        take();
    }

    /** Adds a user, which is told when the claim becomes ours, or when another process turns out to have it. */
    void use(Runnable changed) {
        users.add(changed);
    }

    /** Removes a user. */
    void leave(Runnable changed) {
        if (users.remove(changed) && users.isEmpty()) {
            close();
            unused.run();
        }
    }

    /** Whether the claim is ours, so that we may hear and speak. */
    boolean isOurs() {
        return ours;
    }

    /** Why we may not hear and speak, for a person; null while it is not known who may. */
    @Nullable
    String why() {
        return why;
    }

    /** Releases the claim. */
    void close() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
        stopWatching();
        claim.close();
    }

    private void take() {
        Neighbour other = other();
        ours = other == null;
        // The process says a moment later where it is at home. We wait for that, so that a person reads one sentence
        // and not two.
        boolean early = other != null && other.place().isEmpty() && !asked;
        asked = true;
        String before = why;
        if (other == null) {
            why = "";
        } else if (!early) {
            why = what + " is already run by " + other.inWords()
                    + "; this virtual host starts by itself when that process has ended";
        }
        if (claim.isHeld()) {
            watch();
        } else {
            // This is also done if another part of this process has the claim, which may release it.
            retry = loop.at(loop.nanoTime() + (early ? ANSWER_NANOS : RETRY_NANOS), this::take);
        }
        if (!Objects.equals(why, before)) {
            List.copyOf(users).forEach(Runnable::run);
        }
    }

    private @Nullable Neighbour other() {
        try {
            return claim.take(0);
        } catch (SystemCallException | LinkageError e) {
            return null; // Where a claim is not possible, the virtual host runs without one.
        }
    }

    private void watch() {
        try {
            watch = loop.watch(claim.fd(), this::answer);
        } catch (UnsupportedOperationException e) {
            watch = null; // Another process that asks gets no answer, and is refused all the same.
        }
    }

    private void answer() {
        if (!claim.answer()) {
            stopWatching();
        }
    }

    private void stopWatching() {
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
    }
}
