// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.RequestRefusedException;
import io.carp.RequestRefusedException.Refusal;
import io.carp.VirtualHost;
import io.carp.host.VirtualHostRunner;
import io.carp.spi.Loop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Asks running virtual hosts for something on the loop, and brings the answer back from it. Any thread may call. */
final class OnLoop {
    private final HostList hosts;
    private final Loop loop;
    private final Executor workers;

    OnLoop(HostList hosts, Loop loop, Executor workers) {
        this.hosts = hosts;
        this.loop = loop;
        this.workers = workers;
    }

    /** @throws IllegalArgumentException if there is no such virtual host */
    CompletionStage<VirtualHost> ask(String name, Function<VirtualHostRunner, CompletableFuture<VirtualHost>> request) {
        VirtualHostComponent host = hosts.find(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no virtual host " + name + "; known are " + String.join(", ", hosts.names())));
        VirtualHostRunner runner = host.runner();
        if (runner == null) {
            return notRunning(host.snapshot().detail());
        }
        CompletableFuture<VirtualHost> result = new CompletableFuture<>();
        CompletableFuture<CompletableFuture<VirtualHost>> asked;
        try {
            asked = CompletableFuture.supplyAsync(() -> request.apply(runner), loop::execute);
        } catch (RejectedExecutionException e) {
            return notRunning("CARP has been stopped");
        }
        asked.thenCompose(answer -> answer)
                .whenCompleteAsync(
                        (view, failure) -> {
                            if (failure != null) {
                                result.completeExceptionally(reason(failure));
                            } else {
                                result.complete(view);
                            }
                        },
                        workers); // The caller's code that waits for the result must not run on the loop.
        return result;
    }

    private static CompletionStage<VirtualHost> notRunning(String why) {
        return CompletableFuture.failedFuture(
                new RequestRefusedException(Refusal.NOT_RUNNING, "it is not running: " + why));
    }

    private static Throwable reason(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
