// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.spi.AddressBinder.Binding;
import io.carp.spi.Loop;
import java.io.IOException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** How the three workers of a virtual host do their deeds, each on a thread of its own. */
final class Workers {
    private final Binding binding;
    private final Consumers consumers;
    private final ScriptRunner scripts;
    private final Worker addressWorker;
    private final Worker consumerWorker;
    private final Worker scriptWorker;
    private final Outcome log;

    Workers(
            Loop loop,
            Executor pool,
            Binding binding,
            Consumers consumers,
            ScriptRunner scripts,
            Worker.Report report,
            Outcome log) {
        this.binding = binding;
        this.consumers = consumers;
        this.scripts = scripts;
        this.log = log;
        this.addressWorker = new Worker(loop, pool, this::onAddresses, report, log::warn, log::late);
        this.consumerWorker = new Worker(loop, pool, this::onConsumers, report, log::warn, null);
        this.scriptWorker = new Worker(loop, pool, this::onScripts, report, log::warn, null);
    }

    /**
     * Starts the deeds of a decision. Does not block.
     *
     * @param timed whether the loop can still wake anybody
     */
    void start(Decision decision, boolean timed) {
        start(addressWorker, decision.addresses(), timed);
        start(consumerWorker, decision.consumers(), timed);
        start(scriptWorker, decision.scripts(), timed);
    }

    private static void start(Worker worker, @Nullable Deed deed, boolean timed) {
        if (deed != null) {
            worker.start(deed, timed);
        }
    }

    /** The deed has been reported. On the loop. */
    void cameBack(Deed deed) {
        addressWorker.cameBack(deed); // The other two have their limits of time, which the machine knows.
    }

    private void onAddresses(Deed deed) throws IOException {
        if (deed instanceof Deed.Bind bind) {
            binding.bind(bind.occasion());
        } else if (deed instanceof Deed.Announce) {
            orLog("the virtual IPs could not be announced", binding::announce);
        } else if (deed instanceof Deed.Unbind unbind) {
            orLog("the virtual IPs may still be bound", () -> binding.unbind(unbind.occasion()));
        } else if (deed instanceof Deed.Look) {
            binding.prepare();
        } else if (deed instanceof Deed.Update update) {
            binding.update(update.addresses());
        } else {
            orLog("the virtual IPs may still be bound", binding::close);
        }
    }

    private void onConsumers(Deed deed) throws Exception {
        if (deed instanceof Deed.Acquire acquire) {
            consumers.acquiring(acquire.host());
        } else if (deed instanceof Deed.Register register) {
            orLog("Mastership could not be registered", () -> consumers.register(register.host()));
        } else if (deed instanceof Deed.Unregister) {
            orLog("Mastership could not be unregistered", consumers::unregister);
        } else if (deed instanceof Deed.Release release) {
            orLog("hooks could not be called", () -> consumers.released(release.host(), release.why()));
        }
    }

    private void onScripts(Deed deed) throws IOException {
        if (deed instanceof Deed.Check check) {
            scripts.check(check.before(), check.now());
        } else if (deed instanceof Deed.Run run) {
            String failure = scripts.run(run.key(), run.call());
            if (failure != null) {
                throw new IOException(run.key() + " = " + run.call() + ": " + failure);
            }
        }
    }

    private interface Task {
        void run() throws Exception;
    }

    /** Does a deed, and only logs it if the deed fails, since nobody can do anything about it. */
    private void orLog(String failed, Task deed) {
        try {
            deed.run();
        } catch (Throwable e) {
            log.failed(failed, e);
        }
    }
}
