// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Where a check is that does not come back, for a person. */
final class Stack {
    private static final int MOST_FRAMES = 5;

    private Stack() {}

    /** Such as {@code java.net.Socket.connect(Socket.java:633) < io.carp.track.TcpCheck.fault(TcpCheck.java:40)}. */
    static String inWords(StackTraceElement[] stack) {
        if (stack.length == 0) {
            return "still waiting for a thread";
        }
        return Arrays.stream(stack)
                .filter(frame -> !frame.getClassName().startsWith("java.util.concurrent."))
                .limit(MOST_FRAMES)
                .map(frame -> frame.getClassName() + "." + frame.getMethodName() + "(" + frame.getFileName() + ":"
                        + frame.getLineNumber() + ")")
                .collect(Collectors.joining(" < ", "at ", ""));
    }
}
