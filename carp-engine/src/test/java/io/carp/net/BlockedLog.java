// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Until this is closed, a thread that writes a line to the log waits, as with a full disk. */
final class BlockedLog extends OutputStream {
    private final PrintStream before = System.err;
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    BlockedLog() {
        System.setErr(new PrintStream(this, true, StandardCharsets.UTF_8));
    }

    @Override
    public void write(int octet) {
        blocked.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        before.write(octet);
    }

    /** Waits until a thread waits. */
    void awaitBlocked() throws InterruptedException {
        assertTrue(blocked.await(30, TimeUnit.SECONDS), "nobody has written anything");
    }

    @Override
    public void close() {
        System.setErr(before);
        release.countDown();
    }
}
