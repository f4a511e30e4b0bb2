// SPDX-License-Identifier: Apache-2.0
package io.carp.host;

import io.carp.CarpState;
import io.carp.Reason;
import io.carp.VirtualHost;
import io.carp.consumers.VirtualHostView;
import io.carp.host.InterfaceDemotions.Outage;
import io.carp.mastership.Consumers;
import io.carp.report.LogAndEvents;
import io.carp.script.ScriptCall;
import io.carp.script.ScriptResult;
import io.carp.script.Scripting;
import io.carp.sim.SimulatedLoop;
import io.carp.sim.VirtualTime;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.Change;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One node in virtual time, all on the test's thread: a loop, workers that are stepped by hand, a binding and consumers
 * that write a diary. The test scripts what a hook, consumer or binder does while it "runs". Such a script may let time
 * pass, and meanwhile its worker is held up.
 */
public final class SteppedNode implements AddressBinder.Binding, Consumers, Scripting {
    public static final long SECOND = 1_000_000_000L;
    private static final long STEP = SECOND / 10;

    static final ScriptResult DONE = new ScriptResult(0, false, "");

    /** What a script does. */
    interface Script {
        ScriptResult run(ScriptCall call) throws Exception;
    }

    final VirtualTime time = new VirtualTime();
    public final SimulatedLoop loop = new SimulatedLoop(time, 5, 0);
    public final List<String> diary = new ArrayList<>();
    boolean hasHooks;

    /** The consumer that is being called and can be given up; empty for none. */
    String stuck = "";

    Callable<?> hook = () -> null;
    Callable<?> activation = () -> null;
    Callable<?> deactivation = () -> null;
    Callable<?> afterwards = () -> null;
    Callable<?> binding = () -> null;
    Script script = call -> DONE;
    final List<ScriptCall> calls = new ArrayList<>();
    final Set<String> missing = new HashSet<>();
    private @Nullable AssertionError wrong;
    final RememberedSeals seals = new RememberedSeals();
    private final Deque<Runnable> ready = new ArrayDeque<>();
    private final Executor pool = ready::add;

    /** How many deeds wait for a thread. */
    int backlog() {
        return ready.size();
    }

    NodeServices services(LogAndEvents notices) {
        return new NodeServices(
                        loop,
                        pool,
                        notices,
                        loop.wallClock(),
                        this,
                        (host, networkInterface, outage, there) -> note(
                                (outage == Outage.LINK_DOWN ? "link " : "sending ") + (there ? "down" : "not down")))
                .with(seals);
    }

    public Executor pool() {
        return pool;
    }

    static VirtualHostView host(CarpState state) {
        return VirtualHostView.absent("web", Reason.STARTING, state.name(), Instant.EPOCH);
    }

    /** Does all that is due now, on the loop and on the workers that are not held up. */
    public void settle() {
        time.advance(0);
        while (!ready.isEmpty()) {
            ready.remove().run();
            time.advance(0);
        }
    }

    public void pass(long nanos) {
        settle();
        for (long left = nanos; left > 0; left -= STEP) {
            time.advance(Math.min(left, STEP));
            settle();
        }
    }

    public void note(String entry) {
        diary.add(entry);
    }

    public List<String> diary() {
        List<String> pages = List.copyOf(diary);
        diary.clear();
        return pages;
    }

    /** Throws what an assertion in a script has thrown, since the engine takes that for just another failure. */
    void check() {
        if (wrong != null) {
            throw wrong;
        }
    }

    private void play(Callable<?> script) throws Exception {
        try {
            script.call();
        } catch (AssertionError e) {
            wrong = e;
        }
    }

    private void playUnchecked(Callable<?> script) {
        try {
            play(script);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    // --- the worker of the addresses

    @Override
    public void prepare() {}

    @Override
    public void bind(Change why) throws IOException {
        note("bind");
        try {
            play(binding);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void announce() {
        note("announce");
    }

    @Override
    public void unbind(Change why) {
        note("unbind");
    }

    @Override
    public void advertised(long nanoTime) {}

    @Override
    public void update(Addresses addresses) {}

    @Override
    public void close() {}

    // --- the worker of the consumers

    @Override
    public boolean hasHooks() {
        return hasHooks;
    }

    @Override
    public void acquiring(VirtualHost host) throws Exception {
        note("acquiring");
        play(hook);
    }

    @Override
    public void overran(VirtualHost host) {
        note("overran");
    }

    @Override
    public @Nullable Supplier<String> abandon() {
        return stuck.isEmpty() ? null : () -> stuck;
    }

    @Override
    public void register(VirtualHost host) {
        note("register");
        playUnchecked(activation);
    }

    @Override
    public void unregister() {
        note("unregister");
        playUnchecked(deactivation);
    }

    @Override
    public void released(VirtualHost host, Reason why) {
        note("released");
        playUnchecked(afterwards);
    }

    // --- the worker of the scripts

    @Override
    public ScriptResult run(ScriptCall call) throws IOException {
        note(call.toString());
        calls.add(call);
        try {
            return script.run(call);
        } catch (AssertionError e) {
            wrong = e;
            return DONE;
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void check(String path) throws IOException {
        if (missing.contains(path)) {
            throw new IOException("there is no script " + path);
        }
    }
}
