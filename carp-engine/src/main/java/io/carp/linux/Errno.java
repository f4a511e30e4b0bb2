// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.util.Map;

/** Error numbers by the names that a person knows from the manual pages. */
final class Errno {
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(LibC.EPERM, "EPERM"),
            Map.entry(LibC.ENOENT, "ENOENT"),
            Map.entry(LibC.EINTR, "EINTR"),
            Map.entry(5, "EIO"),
            Map.entry(9, "EBADF"),
            Map.entry(LibC.EAGAIN, "EAGAIN"),
            Map.entry(12, "ENOMEM"),
            Map.entry(LibC.EACCES, "EACCES"),
            Map.entry(14, "EFAULT"),
            Map.entry(LibC.EBUSY, "EBUSY"),
            Map.entry(LibC.EEXIST, "EEXIST"),
            Map.entry(LibC.ENODEV, "ENODEV"),
            Map.entry(LibC.EINVAL, "EINVAL"),
            Map.entry(23, "ENFILE"),
            Map.entry(24, "EMFILE"),
            Map.entry(28, "ENOSPC"),
            Map.entry(34, "ERANGE"),
            Map.entry(LibC.ENOSYS, "ENOSYS"),
            Map.entry(LibC.EBADMSG, "EBADMSG"),
            Map.entry(88, "ENOTSOCK"),
            Map.entry(90, "EMSGSIZE"),
            Map.entry(92, "ENOPROTOOPT"),
            Map.entry(93, "EPROTONOSUPPORT"),
            Map.entry(94, "ESOCKTNOSUPPORT"),
            Map.entry(LibC.EOPNOTSUPP, "EOPNOTSUPP"),
            Map.entry(LibC.EAFNOSUPPORT, "EAFNOSUPPORT"),
            Map.entry(LibC.EADDRINUSE, "EADDRINUSE"),
            Map.entry(LibC.EADDRNOTAVAIL, "EADDRNOTAVAIL"),
            Map.entry(LibC.ENETDOWN, "ENETDOWN"),
            Map.entry(LibC.ENETUNREACH, "ENETUNREACH"),
            Map.entry(LibC.ECONNABORTED, "ECONNABORTED"),
            Map.entry(104, "ECONNRESET"),
            Map.entry(LibC.ENOBUFS, "ENOBUFS"),
            Map.entry(107, "ENOTCONN"),
            Map.entry(110, "ETIMEDOUT"),
            Map.entry(111, "ECONNREFUSED"),
            Map.entry(112, "EHOSTDOWN"),
            Map.entry(113, "EHOSTUNREACH"));

    private Errno() {}

    /** {@code EPERM: Operation not permitted}; for a number without a name here, the number and what it means. */
    static String inWords(int errno) {
        return NAMES.getOrDefault(errno, "error " + errno) + ": " + LibC.strerror(errno);
    }
}
