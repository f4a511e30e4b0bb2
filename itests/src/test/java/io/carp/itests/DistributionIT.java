// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
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

/** The distribution has the feature, and everything in it runs, native code included. */
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

    /** Only this proves that Netty's native code is inside the engine, and found there. */
    @Test
    public void epollIsAvailable() throws Exception {
        Class<?> epoll = bundle("io.carp.carp-engine").loadClass("io.netty.channel.epoll.Epoll");
        assertEquals(null, epoll.getMethod("unavailabilityCause").invoke(null));
    }

    /** No library of ours may be visible to other bundles, which might be wired to it in place of their own. */
    @Test
    public void nobodyCanBeWiredToWhatIsInsideTheEngine() {
        assertNull(bundle("io.carp.carp-engine").getHeaders().get(Constants.EXPORT_PACKAGE));
        assertEquals(
                List.of(),
                Stream.of(context.getBundles())
                        .map(Bundle::getSymbolicName)
                        .filter(name -> name.contains("netty") || name.contains("jna"))
                        .toList());
    }

    /** Karaf 4.4.0 does not list all of Java's packages. */
    @Test
    public void noPackageOfJavaIsImported() {
        for (Bundle bundle : context.getBundles()) {
            String imports = bundle.getHeaders().get(Constants.IMPORT_PACKAGE);
            if (bundle.getSymbolicName().startsWith("io.carp.") && imports != null) {
                assertFalse(imports, imports.matches("(?s)(.*,)?java\\..*"));
            }
        }
    }

    private Bundle bundle(String symbolicName) {
        return Stream.of(context.getBundles())
                .filter(bundle -> bundle.getSymbolicName().equals(symbolicName))
                .findAny()
                .orElseThrow();
    }

    @Test
    public void theLoopRunsTasksOnItsOneThread() throws Exception {
        CompletableFuture<Boolean> inLoop = new CompletableFuture<>();
        loop.execute(() -> inLoop.complete(loop.inLoop()));
        assertTrue(inLoop.get(10, TimeUnit.SECONDS));
    }
}
