// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import io.carp.Finding;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * Makes what is wrong with a track a finding of the node, which carp:status shows. Calls come in turns, as with {@link
 * DemotionService}.
 */
final class NodeFinding {
    private final BundleContext context;
    private final String code;
    private @Nullable ServiceRegistration<Finding> registration;

    NodeFinding(BundleContext context, String code) {
        this.context = context;
        this.code = code;
    }

    /** Says what is wrong, and why. */
    void because(String sentence) {
        noLonger();
        registration = context.registerService(Finding.class, new Found(code, sentence, Instant.now()), null);
    }

    /** Says that all is well, or gone. */
    void noLonger() {
        if (registration != null) {
            try {
                registration.unregister();
            } catch (IllegalStateException e) {
                // The framework unregistered it when the bundle stopped.
            }
            registration = null;
        }
    }

    private record Found(String code, String text, Instant since) implements Finding {}
}
