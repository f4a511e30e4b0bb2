// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import java.util.List;

/** What a virtual host is told of its mastership, on the loop, and but for events never from within one of its own calls. */
public interface Outcome {
    /** The event of a transition may be posted now. */
    void event(Saying.Event event);

    /** A script or hook before the addresses failed. */
    void beforeFailed(Throwable why);

    /** Consumers that have not come back in time, all of them; empty when the last one has. */
    void stuck(List<Stuck> consumers);

    /**
     * What is done with the addresses takes longer than it should.
     *
     * @param what such as {@code bind 1 has not come back for 10 s}; empty when it has come back
     * @param where the stack of its thread; empty if that is not known
     */
    void late(String what, StackTraceElement[] where);

    /** For the log; does not wait for it. */
    void warn(String sentence);

    /** Something failed that nobody can do anything about: for the log. On a worker's thread. */
    void failed(String sentence, Throwable why);
}
