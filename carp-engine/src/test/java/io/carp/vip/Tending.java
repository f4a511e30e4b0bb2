// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.NetlinkMonitor;
import io.carp.linux.SystemCallException;
import io.carp.spi.Loop;
import java.io.IOException;
import java.util.function.Consumer;

/** Lets tests of other packages do what the thread carp-lease does, without waiting for its tick. */
public final class Tending {
    /** A way to the kernel's notices, as {@link NetlinkMonitor#open} is one. */
    public interface Ears {
        NetlinkMonitor open(int ignoredPortId) throws SystemCallException;
    }

    private Tending() {}

    /**
     * A binder that may have trouble.
     *
     * @param starter starts the thread that renews
     */
    public static NetlinkBinder binder(Loop loop, Ears ears, Consumer<Thread> starter) {
        return new NetlinkBinder(loop, ears::open, starter);
    }

    /** One look at everything, as if the kernel had told of a change. */
    public static void now(NetlinkBinder binder) throws IOException {
        var changes = new KernelNews();
        changes.overrun();
        binder.tend(changes);
    }

    /** A burst of renewals, due or not. */
    public static void renew(NetlinkBinder binder) throws IOException {
        binder.tend(true, new KernelNews());
    }
}
