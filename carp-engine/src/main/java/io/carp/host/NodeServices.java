// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.consumers.Generations;
import io.carp.host.InterfaceDemotions.Outage;
import io.carp.report.LogAndEvents;
import io.carp.script.Scripting;
import io.carp.spi.Loop;
import java.time.Clock;
import java.util.concurrent.Executor;

/**
 * What a runner needs of its node.
 *
 * @param loop the one thread, and its time
 * @param workers threads for what may block
 * @param notices log and events
 * @param wallClock for what people read
 * @param scripting runs scripts
 * @param outages who wants to know what is wrong with an interface
 * @param rhythm in which its virtual hosts advertise
 * @param generations the numbers of its masterships; on the loop
 */
public record NodeServices(
        Loop loop,
        Executor workers,
        LogAndEvents notices,
        Clock wallClock,
        Scripting scripting,
        OutageListener outages,
        SharedSchedule rhythm,
        Generations generations) {
    NodeServices(
            Loop loop,
            Executor workers,
            LogAndEvents notices,
            Clock wallClock,
            Scripting scripting,
            OutageListener outages) {
        this(loop, workers, notices, wallClock, scripting, outages, new SharedSchedule(), new Generations());
    }

    /** Told on the loop whether the interface of a virtual host has an outage. */
    public interface OutageListener {
        void tell(Object host, String networkInterface, Outage outage, boolean there);
    }
}
