// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import io.carp.keys.TrackKeys;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.execution.HealthCheckExecutionOptions;
import org.apache.felix.hc.api.execution.HealthCheckExecutionResult;
import org.apache.felix.hc.api.execution.HealthCheckExecutor;
import org.apache.felix.hc.api.execution.HealthCheckSelector;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Checks whether all Felix health checks with a tag are well: OK or WARN, which means <em>well, but look at it</em>.
 */
final class HealthCheckByTag implements Check {
    private static final String EXECUTOR = "org.apache.felix.hc.api.execution.HealthCheckExecutor";

    private final BundleContext context;
    private final String tag;
    private final int timeoutMillis;

    private HealthCheckByTag(BundleContext context, String tag, int timeoutMillis) {
        this.context = context;
        this.tag = tag;
        this.timeoutMillis = timeoutMillis;
    }

    static HealthCheckByTag of(BundleContext context, String tag, int timeoutMillis) throws ConfigurationRefused {
        if (!tag.matches("[^\\s,*-][^\\s,*]*")) {
            throw ConfigurationRefused.of(TrackKeys.HEALTH_CHECK, tag);
        }
        return new HealthCheckByTag(context, tag, timeoutMillis);
    }

    @Override
    public @Nullable String fault() {
        ServiceReference<?> reference = context.getServiceReference(EXECUTOR);
        Object executor = reference == null ? null : context.getService(reference);
        if (executor == null) {
            return "no health checks here: the bundle org.apache.felix.healthcheck.core is not installed or not active";
        }
        try {
            return Execution.fault(executor, tag, timeoutMillis);
        } finally {
            context.ungetService(reference);
        }
    }

    /** Everything that needs the classes of the health checks, which are there since their executor is. */
    private static final class Execution {
        static @Nullable String fault(Object executor, String tag, int timeoutMillis) {
            List<HealthCheckExecutionResult> results = ((HealthCheckExecutor) executor)
                    .execute(
                            HealthCheckSelector.tags(tag),
                            new HealthCheckExecutionOptions().setOverrideGlobalTimeout(timeoutMillis));
            if (results.isEmpty()) {
                return "no health check has that tag";
            }
            String bad = results.stream()
                    .filter(result -> !isWell(result.getHealthCheckResult()))
                    .map(result -> result.getHealthCheckMetadata().getTitle() + " is "
                            + result.getHealthCheckResult().getStatus())
                    .collect(Collectors.joining(", "));
            return bad.isEmpty() ? null : bad;
        }

        private static boolean isWell(Result result) {
            return result.getStatus() == Result.Status.OK || result.getStatus() == Result.Status.WARN;
        }
    }
}
