// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.script.Scripting;
import io.carp.spi.Loop;
import java.time.Clock;
import java.util.concurrent.Executor;

/**
 * What a runner needs of its node.
 *
 * @param loop the one thread, and its time
 * @param lanes threads for what may block
 * @param notices log and events
 * @param wallClock for what people read, and to notice a suspended machine
 * @param scripting runs scripts
 * @param links who wants to know of links
 * @param rhythm in which its virtual hosts advertise
 */
record Node(
        Loop loop,
        Executor lanes,
        Notices notices,
        Clock wallClock,
        Scripting scripting,
        LinkListener links,
        SharedRhythm rhythm) {
    Node(Loop loop, Executor lanes, Notices notices, Clock wallClock, Scripting scripting, LinkListener links) {
        this(loop, lanes, notices, wallClock, scripting, links, new SharedRhythm());
    }

    /** Told on the loop whether the link of a virtual host is down. */
    interface LinkListener {
        void linkDown(VirtualHostRunner host, boolean down);
    }
}
