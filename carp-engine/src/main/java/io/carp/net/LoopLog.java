// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.thread.OwnThread;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Writes to the log what the loop has to say. The loop itself must not write, since an appender may wait for a full
 * disk or for a collector that does not answer, and every virtual host of the node would wait with it. The thread ends
 * when there has been nothing to write for a second. Any thread may call.
 */
final class LoopLog {
    /** How many lines wait while the log is blocked; more are not worth remembering. */
    private static final int MOST = 256;

    private static final ThreadPoolExecutor WRITER = new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST),
            work -> OwnThread.of("carp-loop-log", work),
            new ThreadPoolExecutor.DiscardPolicy());

    private LoopLog() {}

    /** @param line writes one line to the log */
    static void write(Runnable line) {
        try {
            WRITER.execute(line);
        } catch (Throwable e) {
            // No thread can be started, or there is no memory. The loop goes on, and this line is lost.
        }
    }
}
