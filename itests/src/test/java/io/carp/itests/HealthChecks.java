// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.execution.HealthCheckExecutionResult;
import org.apache.felix.hc.api.execution.HealthCheckExecutor;
import org.apache.felix.hc.api.execution.HealthCheckMetadata;
import org.apache.felix.hc.api.execution.HealthCheckSelector;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** Uses classes of Felix health checks, and is loaded only when their bundle is there. */
final class HealthChecks {
    private HealthChecks() {}

    /** Registers an executor with one check, which has that tag and is well. */
    static ServiceRegistration<?> register(BundleContext context, String tag) {
        ServiceRegistration<?> check = context.registerService(
                Runnable.class, () -> {}, new Hashtable<>(Map.of(HealthCheck.NAME, "of the test")));
        HealthCheckExecutionResult well = answer(
                HealthCheckExecutionResult.class,
                Map.of(
                        "getHealthCheckResult", new Result(Result.Status.OK, "well"),
                        "getHealthCheckMetadata", new HealthCheckMetadata(check.getReference())));
        HealthCheckExecutor executor = (HealthCheckExecutor) Proxy.newProxyInstance(
                HealthCheckExecutor.class.getClassLoader(),
                new Class<?>[] {HealthCheckExecutor.class},
                (proxy, method, arguments) ->
                        List.of(((HealthCheckSelector) arguments[0]).tags()).contains(tag) ? List.of(well) : List.of());
        return context.registerService(HealthCheckExecutor.class, executor, null);
    }

    private static <T> T answer(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> answers.get(method.getName())));
    }
}
