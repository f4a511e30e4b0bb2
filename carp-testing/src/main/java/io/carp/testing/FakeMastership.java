// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.Reason;
import io.carp.consumers.EventContent;
import io.carp.consumers.Listeners;
import io.carp.consumers.VirtualHostView.TransitionView;
import io.carp.mastership.Consumers;
import io.carp.mastership.MastershipDriver;
import io.carp.mastership.MastershipSettings;
import io.carp.mastership.Outcome;
import io.carp.mastership.Saying;
import io.carp.mastership.ScriptRunner;
import io.carp.mastership.Stuck;
import io.carp.script.ScriptCall;
import io.carp.script.Scripts;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.Change;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What mastership of one virtual host causes, decided by the engine's own machine. Addresses and scripts are nobody's. */
final class FakeMastership implements AddressBinder.Binding, ScriptRunner, MastershipDriver.AddressOutcome, Outcome {
    /** No address waits for a successor: here no time passes. */
    private static final MastershipSettings SETTINGS = new MastershipSettings(
            1, false, new Scripts(null, null, null, null, null, 0), true, false, List.of(), 0, 0, 1, 0, 0);

    private final FakeVirtualHost host;
    private final Events events;
    private final Listeners listeners;
    private final MastershipDriver driver;

    FakeMastership(FakeVirtualHost host, InOrder order, Events events, Listeners listeners, Consumers consumers) {
        this.host = host;
        this.events = events;
        this.listeners = listeners;
        this.driver = new MastershipDriver(order, order::execute, this, consumers, this, SETTINGS, this, this);
    }

    MastershipDriver driver() {
        return driver;
    }

    @Override
    public void event(Saying.Event event) {
        TransitionView transition = new TransitionView(event.at(), event.from(), event.to(), event.why());
        events.post(() -> EventContent.of(event.host(), transition));
        listeners.tell(host, event.host(), transition);
    }

    @Override
    public void beforeFailed(Throwable why) {
        host.beforeFailed("an action before mastership failed, so this node steps down: " + why);
        host.stepDown(Reason.BEFORE_ACTION_FAILED);
    }

    @Override
    public void stuck(List<Stuck> consumers) {}

    @Override
    public void late(String what, StackTraceElement[] where) {}

    @Override
    public void warn(String sentence) {}

    @Override
    public void failed(String sentence, Throwable why) {}

    @Override
    public void free() {}

    @Override
    public void unavailable(IOException why) {}

    @Override
    public void bindFailed(IOException why) {}

    @Override
    public void updated(Addresses edited) {}

    @Override
    public void prepare() {}

    @Override
    public void bind(Change why) {}

    @Override
    public void announce() {}

    @Override
    public void unbind(Change why) {}

    @Override
    public void advertised(long nanoTime) {}

    @Override
    public void update(Addresses addresses) {}

    @Override
    public void close() {}

    @Override
    public @Nullable String run(String key, ScriptCall call) {
        return null;
    }

    @Override
    public void check(Map<String, String> before, Map<String, String> now) {}
}
