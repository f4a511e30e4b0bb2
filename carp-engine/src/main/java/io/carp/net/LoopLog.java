// SPDX-License-Identifier: Apache-2.0
package io.carp.net;

import io.carp.thread.OwnThread;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Writes what the loop has to say to the log. The loop itself must not: an appender may wait for a disk that is full or
 * for a collector that does not answer, and every virtual host of the node would wait with it. The thread ends when there
 * has been nothing to say for a second. Any thread.
 */
final class LoopLog {
    /** What is more than this while the log is blocked is not worth remembering. */
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
        } catch (OutOfMemoryError e) {
            // There can be no thread: the loop goes on without a word.
        }
    }
}
