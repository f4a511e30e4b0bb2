// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.linux.Claim;
import io.carp.linux.Neighbour;
import io.carp.linux.SystemCallException;
import io.carp.spi.Cancellable;
import io.carp.spi.Loop;
import org.jspecify.annotations.Nullable;

/**
 * Tells which process has a UDP port. The port itself keeps other processes out; this only names the one that has it.
 * Loop thread only.
 */
final class UdpClaim {
    private final Loop loop;
    private final Claim place;
    private final Claim everywhere;
    private @Nullable Cancellable watch;

    UdpClaim(Loop loop, UdpSettings settings) {
        this.loop = loop;
        var bind = settings.bind();
        this.place = claim(bind == null ? "*" : bind.getHostAddress(), settings.port());
        this.everywhere = claim("*", settings.port());
    }

    private static Claim claim(String address, int port) {
        return new Claim("udp/" + address + ":" + port);
    }

    /** Says that we have the port, so that other processes that ask are told. */
    void take() {
        try {
            place.take(0);
            if (place.isHeld()) {
                watch = loop.watch(place.fd(), this::answer);
            }
        } catch (SystemCallException | UnsupportedOperationException | LinkageError e) {
            watch = null; // Others will not learn who we are, and are kept out all the same.
        }
    }

    /** The process that has the port; null if none says so. */
    @Nullable
    Neighbour holder() {
        try {
            var holder = place.holder(0);
            return holder != null ? holder : everywhere.holder(0);
        } catch (SystemCallException | LinkageError e) {
            return null;
        }
    }

    private void answer() {
        if (!place.answer()) {
            stopWatching();
        }
    }

    private void stopWatching() {
        if (watch != null) {
            watch.cancel();
            watch = null;
        }
    }

    /** Releases the claim. */
    void close() {
        stopWatching();
        place.close();
        everywhere.close();
    }
}
