// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.io.IOException;

/** Why there is no {@link Ring} here, and what can be done, for a person. */
final class RingRefusal {
    private RingRefusal() {}

    /** @param errno of io_uring_setup */
    static IOException because(int errno) {
        String what = new SystemCallException("io_uring_setup", errno).getMessage();
        return switch (errno) {
            case LibC.EPERM ->
                new IOException(what + "; kernel.io_uring_disabled = 2 forbids it to everybody, 1 to who has no"
                        + " CAP_SYS_ADMIN and is not in the group kernel.io_uring_group (sysctl -w"
                        + " kernel.io_uring_disabled=0 allows it); in a container its seccomp profile does, as Docker's"
                        + " from version 25 on");
            case LibC.ENOSYS ->
                new IOException(what + "; this kernel has none, or the seccomp profile of a container hides it, as"
                        + " Podman's does");
            case LibC.EINVAL -> tooOld();
            default -> new IOException(what);
        };
    }

    static IOException tooOld() {
        return new IOException("the io_uring of this kernel is too old: it has to be of Linux 5.18 or later");
    }
}
