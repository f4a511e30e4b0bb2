// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.io.IOException;

/** A system call that failed. */
public final class SystemCallException extends IOException {
    private final int errno;

    /**
     * @param call what was called, such as {@code setsockopt SO_BINDTODEVICE}
     * @param errno its error number
     */
    public SystemCallException(String call, int errno) {
        super(call + ": " + Errno.inWords(errno));
        this.errno = errno;
    }

    /** The error number, such as {@link LibC#EPERM}. */
    public int errno() {
        return errno;
    }
}
