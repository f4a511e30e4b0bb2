// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.consumers.Generations;
import io.carp.consumers.Listeners;
import io.carp.consumers.VirtualHostView.TransitionView;
import io.carp.host.InterfaceDemotions.Outage;
import io.carp.mastership.Saying;
import io.carp.report.LogAndEvents;
import io.carp.script.Scripting;
import io.carp.spi.Loop;
import java.time.Clock;
import java.util.concurrent.Executor;

/**
 * What a node provides for its runners.
 *
 * @param loop the one thread, and its time
 * @param workers threads for what may block
 * @param notices writes log lines and posts events
 * @param wallClock the time for what people read
 * @param scripting runs scripts
 * @param outages told what is wrong with an interface
 * @param rhythm when its virtual hosts advertise
 * @param listeners told of every transition, on the loop
 * @param generations numbers its masterships, on the loop
 * @param masterships until when its masterships last without another advertisement
 * @param sealMemory how far sealed advertisements had come before it started
 */
public record NodeServices(
        Loop loop,
        Executor workers,
        LogAndEvents notices,
        Clock wallClock,
        Scripting scripting,
        OutageListener outages,
        SharedSchedule rhythm,
        Listeners listeners,
        Generations generations,
        Masterships masterships,
        SealMemory sealMemory) {
    /** A node with listeners, numbers and a schedule of its own, and no memory for seals. */
    public NodeServices(
            Loop loop,
            Executor workers,
            LogAndEvents notices,
            Clock wallClock,
            Scripting scripting,
            OutageListener outages) {
        this(
                loop,
                workers,
                notices,
                wallClock,
                scripting,
                outages,
                new SharedSchedule(),
                new Listeners(loop, workers, notices::warn),
                new Generations(),
                new Masterships(),
                SealMemory.NONE);
    }

    /** The same with that memory. */
    public NodeServices with(SealMemory memory) {
        return new NodeServices(
                loop,
                workers,
                notices,
                wallClock,
                scripting,
                outages,
                rhythm,
                listeners,
                generations,
                masterships,
                memory);
    }

    /** Tells listeners and posts the event of a transition. Loop thread only. */
    void tell(VirtualHostRunner runner, Saying.Event event) {
        boolean begins = event.from() == event.to();
        notices.postState(event.host(), event.from(), event.to(), event.why(), event.at());
        listeners.tell(
                runner,
                event.host(),
                begins ? null : new TransitionView(event.at(), event.from(), event.to(), event.why()));
    }

    /** Told on the loop whether the interface of a virtual host has an outage. */
    public interface OutageListener {
        void tell(Object host, String networkInterface, Outage outage, boolean there);
    }
}
