// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Date;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.apache.felix.hc.api.Result.Status;
import org.apache.felix.hc.api.execution.HealthCheckExecutionOptions;
import org.apache.felix.hc.api.execution.HealthCheckExecutionResult;
import org.apache.felix.hc.api.execution.HealthCheckExecutor;
import org.apache.felix.hc.api.execution.HealthCheckMetadata;
import org.apache.felix.hc.api.execution.HealthCheckSelector;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceRegistration;

/** Uses an executor of ours in a real service registry. */
class HealthCheckByTagTest extends InFramework {
    private final List<HealthCheckExecutionResult> results = new ArrayList<>();

    @Test
    void isWellIfAllChecksOfTheTagAre() throws Exception {
        HealthCheckByTag check = HealthCheckByTag.of(context, "db", 1500);
        assertTrue(check.fault().contains("org.apache.felix.healthcheck.core"), check.fault());

        ServiceRegistration<HealthCheckExecutor> executor =
                context.registerService(HealthCheckExecutor.class, new Executor(), null);
        assertEquals("no health check has that tag", check.fault());
        result("pool", Status.OK);
        result("disk", Status.WARN);
        assertNull(check.fault());
        result("replica", Status.TEMPORARILY_UNAVAILABLE);
        result("schema", Status.CRITICAL);
        assertEquals("replica is TEMPORARILY_UNAVAILABLE, schema is CRITICAL", check.fault());

        executor.unregister();
        assertTrue(check.fault().contains("org.apache.felix.healthcheck.core"), check.fault());
    }

    private void result(String name, Status status) {
        ServiceRegistration<?> registration =
                context.registerService(Runnable.class, () -> {}, new Hashtable<>(Map.of(HealthCheck.NAME, name)));
        HealthCheckMetadata metadata = new HealthCheckMetadata(registration.getReference());
        results.add(new HealthCheckExecutionResult() {
            @Override
            public Result getHealthCheckResult() {
                return new Result(status, "as a test wants it");
            }

            @Override
            public long getElapsedTimeInMs() {
                return 1;
            }

            @Override
            public Date getFinishedAt() {
                return new Date(0);
            }

            @Override
            public boolean hasTimedOut() {
                return false;
            }

            @Override
            public HealthCheckMetadata getHealthCheckMetadata() {
                return metadata;
            }
        });
    }

    private final class Executor implements HealthCheckExecutor {
        @Override
        public List<HealthCheckExecutionResult> execute(HealthCheckSelector selector) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<HealthCheckExecutionResult> execute(
                HealthCheckSelector selector, HealthCheckExecutionOptions options) {
            assertArrayEquals(new String[] {"db"}, selector.tags());
            assertEquals(1500, options.getOverrideGlobalTimeout());
            return results;
        }
    }
}
