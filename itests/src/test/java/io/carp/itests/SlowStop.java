// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A user's bundle that takes its time to stop. */
public final class SlowStop implements BundleActivator {
    static final int SECONDS = 3;
    static final String STARTED = "slow stop: started";
    static final String STOPPED = "slow stop: stopped";

    @Override
    public void start(BundleContext context) {
        System.out.println(STARTED);
    }

    @Override
    public void stop(BundleContext context) throws InterruptedException {
        TimeUnit.SECONDS.sleep(SECONDS);
        System.out.println(STOPPED);
    }
}
