// SPDX-License-Identifier: Apache-2.0
package io.carp.shell;

import io.carp.CarpEngine;
import io.carp.Finding;
import io.carp.VirtualHost;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.karaf.shell.support.CommandException;
import org.jspecify.annotations.Nullable;

/** What the commands see of the engine, if there is one: its answers, without the surprises of services. */
record EngineAccess(@Nullable CarpEngine engine) {
    /** The virtual hosts, ordered by name, without the nulls that a failed component may leave behind. */
    List<VirtualHost> hosts() {
        List<VirtualHost> hosts = engine == null ? null : engine.virtualHosts();
        return hosts == null
                ? List.of()
                : hosts.stream().filter(Objects::nonNull).toList();
    }

    /** What the node itself has found; findings of a virtual host are not among them. */
    List<Finding> findings() {
        List<Finding> findings = engine == null ? null : engine.findings();
        return findings == null ? List.of() : findings;
    }

    /** Why the engine would refuse an edit; empty if it would take it or does not run. */
    Optional<String> refusal(String name, Edit edit) {
        Optional<String> refusal = engine == null ? null : engine.refusal(name, edit.values(), edit.removed());
        return refusal == null ? Optional.empty() : refusal;
    }

    Optional<VirtualHost> find(String name) {
        return hosts().stream().filter(host -> name.equals(host.name())).findFirst();
    }

    VirtualHost host(String name) throws CommandException {
        running();
        return find(name).orElseThrow(() -> new CommandException(unknown(name)));
    }

    /**
     * Asks the engine and waits for its answer.
     *
     * @param seconds how long to wait; 0 only looks whether the answer is there already
     * @throws CommandException with a sentence for the operator: refused, failed on the way, or no outcome in time
     */
    VirtualHost outcome(String name, Function<CarpEngine, CompletionStage<VirtualHost>> request, int seconds)
            throws CommandException, InterruptedException {
        try {
            return request.apply(running()).toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (IllegalArgumentException e) {
            throw new CommandException(sentence(e), e);
        } catch (ExecutionException e) {
            throw new CommandException(sentence(e.getCause() == null ? e : e.getCause()), e);
        } catch (TimeoutException e) {
            String now = find(name).map(EngineAccess::inBrief).orElse(name + " is gone");
            throw new CommandException("no outcome within " + seconds + " s; at present " + now, e);
        }
    }

    /** One line with the name, the state and the reason. */
    static String inBrief(VirtualHost host) {
        String detail = host.detail().isEmpty() ? "" : ": " + host.detail();
        return host.name() + " is " + host.state() + " (" + host.reason() + detail + ")";
    }

    private CarpEngine running() throws CommandException {
        if (engine == null) {
            throw new CommandException("the CARP engine is not running; see bundle:list and scr:list");
        }
        return engine;
    }

    private String unknown(String name) {
        List<String> names = hosts().stream().map(VirtualHost::name).toList();
        return "no virtual host \"" + name + "\"; "
                + (names.isEmpty()
                        ? "there is none: carp:set --create makes one"
                        : "there are: " + String.join(", ", names));
    }

    private static String sentence(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
