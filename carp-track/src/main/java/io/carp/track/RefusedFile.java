// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

import io.carp.Finding;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/**
 * Makes the refusal of a file a finding of the node, which carp:status shows. Calls come in turns, as with {@link
 * DemotionService}.
 */
final class RefusedFile {
    private final BundleContext context;
    private @Nullable ServiceRegistration<Finding> registration;

    RefusedFile(BundleContext context) {
        this.context = context;
    }

    /** Says that the file is refused, and why. */
    void because(String sentence) {
        noLonger();
        registration = context.registerService(Finding.class, new Refusal(sentence, Instant.now()), null);
    }

    /** Says that the file is fine, or gone. */
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

    private record Refusal(String text, Instant since) implements Finding {
        @Override
        public String code() {
            return "configuration";
        }
    }
}
