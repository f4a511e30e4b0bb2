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
 * That no other process of this machine runs the same virtual host meanwhile: two would not hear each other, since the
 * kernel hands nothing of what we send to a group to ourselves. Taken before anything is heard or said, for both
 * families; tried again every second while another process has it. Loop thread only.
 */
final class VhidClaim {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** For the other process to say where it is at home. */
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

    /** @param unused called when nobody needs it any more */
    VhidClaim(Loop loop, String networkInterface, int vhid, Runnable unused) {
        this.loop = loop;
        this.what = "vhid " + vhid + " on " + networkInterface;
        this.claim = new Claim("vhid/" + vhid + "@" + networkInterface);
        this.unused = unused;
        take();
    }

    /** One more needs it: told when it becomes ours, or is known to be somebody else's. */
    void use(Runnable changed) {
        users.add(changed);
    }

    /** One needs it no longer. */
    void leave(Runnable changed) {
        if (users.remove(changed) && users.isEmpty()) {
            close();
            unused.run();
        }
    }

    /** Whether we may hear and speak. */
    boolean isOurs() {
        return ours;
    }

    /** Why we may not, for a person; null while it is not known who may. */
    @Nullable
    String why() {
        return why;
    }

    /** Lets it go. */
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
        // One sentence, not two: who it is, and a moment later where it is at home.
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
            // Also if another part of this process has it, which may let go.
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
            return null; // Where there is no such thing as this claim the virtual host runs without.
        }
    }

    private void watch() {
        try {
            watch = loop.watch(claim.fd(), this::answer);
        } catch (UnsupportedOperationException e) {
            watch = null; // Who asks gets no answer, and is refused all the same.
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
