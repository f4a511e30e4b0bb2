// SPDX-License-Identifier: Apache-2.0
package io.carp.sim;

/** What is wrong beside a node for the time being. */
public final class Troubles {
    private boolean binder;
    private boolean hooks;
    private boolean scripts;
    private boolean renewal;
    private long slowness;

    /** Whether binding fails. */
    public boolean binder() {
        return binder;
    }

    /** Whether hooks throw. */
    public boolean hooks() {
        return hooks;
    }

    /** Whether scripts end with an error. */
    public boolean scripts() {
        return scripts;
    }

    /** Whether nobody renews the lease. */
    public boolean renewal() {
        return renewal;
    }

    /** Nanoseconds that whatever is done beside the loop takes at most. */
    long slowness() {
        return slowness;
    }

    void binder(boolean fails) {
        binder = fails;
    }

    void hooks(boolean fail) {
        hooks = fail;
    }

    void scripts(boolean fail) {
        scripts = fail;
    }

    void renewal(boolean stuck) {
        renewal = stuck;
    }

    void slowness(long nanos) {
        slowness = nanos;
    }

    void over() {
        binder = false;
        hooks = false;
        scripts = false;
        renewal = false;
        slowness = 0;
    }
}
