// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.Netlink;
import io.carp.linux.SystemCallException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One look at the kernel for all who were waiting when it was taken. Each look lists the addresses of all virtual hosts, and
 * a thousand that bind at once would list a million of them. Guarded by the lock of the binder.
 */
final class SharedLook {
    /** Others change addresses, too, and a look of a busy machine takes about as long as this. */
    private static final long LIFE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private @Nullable KernelAddresses last;

    /** @param asked since when it is waited for: no older look will do */
    KernelAddresses take(Netlink netlink, long asked, long now) throws SystemCallException {
        var before = last;
        last = null; // What is done upon it may fail half-way.
        if (before != null && before.taken - asked > 0 && now - before.taken < LIFE_NANOS) {
            return new KernelAddresses(before, now);
        }
        return new KernelAddresses(netlink, now);
    }

    /** What was to be done upon this look has been done. */
    void done(KernelAddresses look) {
        last = look.isReliable() ? look : null;
    }
}
