// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;

import io.carp.spi.Loop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.FeaturesService;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;

/** The distribution is what it says: the feature is there, everything runs, native code included. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class DistributionIT {
    @Inject
    private BundleContext context;

    @Inject
    private FeaturesService features;

    @Inject
    private BootFinished booted;

    @Inject
    private Loop loop;

    @Configuration
    public Option[] container() {
        return Containers.distribution();
    }

    @Test
    public void theFeatureIsInstalled() throws Exception {
        assertNotNull(booted);
        assertTrue(features.isInstalled(features.getFeature("carp")));
    }

    @Test
    public void everyBundleRuns() {
        List<String> asleep = new ArrayList<>();
        for (Bundle bundle : context.getBundles()) {
            boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
            if (bundle.getState() != (fragment ? Bundle.RESOLVED : Bundle.ACTIVE)) {
                asleep.add(bundle.getSymbolicName() + " is in state " + bundle.getState());
            }
        }
        assertEquals(List.of(), asleep);
    }

    /** Only this proves that the fragments with the native code are installed: a feature resolves without them. */
    @Test
    public void epollIsAvailable() throws Exception {
        Bundle netty = Stream.of(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().equals("io.netty.transport-classes-epoll"))
                .findAny()
                .orElseThrow();
        Class<?> epoll = netty.loadClass("io.netty.channel.epoll.Epoll");
        assertEquals(null, epoll.getMethod("unavailabilityCause").invoke(null));
    }

    @Test
    public void theLoopRunsTasksOnItsOneThread() throws Exception {
        CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
        loop.execute(() -> inLoop.complete(loop.inLoop()));
        assertTrue(inLoop.get(10, TimeUnit.SECONDS));
    }
}
