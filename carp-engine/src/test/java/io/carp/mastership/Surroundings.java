// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.VirtualHost;
import io.carp.script.ScriptCall;
import io.carp.spi.AddressBinder.Binding;
import io.carp.spi.Addresses;
import io.carp.spi.Change;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that a driver needs around it, doing nothing: a test overrides what it looks at. */
abstract class Surroundings implements Binding, Consumers, ScriptRunner, Outcome, MastershipDriver.AddressOutcome {
    @Override
    public void prepare() {}

    @Override
    public void bind(Change why) throws IOException {}

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
    public void register(VirtualHost host) {}

    @Override
    public void unregister() {}

    @Override
    public @Nullable String run(String key, ScriptCall call) {
        return null;
    }

    @Override
    public void check(Map<String, String> before, Map<String, String> now) {}

    @Override
    public void event(Saying.Event event) {}

    @Override
    public void beforeFailed(Throwable why) {}

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
}
