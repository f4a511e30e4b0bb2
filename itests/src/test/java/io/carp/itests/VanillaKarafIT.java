// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;

import io.carp.spi.Loop;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.inject.Inject;
import org.apache.karaf.features.BootFinished;
import org.apache.karaf.features.FeaturesService;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.ServiceReference;

/** {@code feature:install carp} in a Karaf as it comes from Apache. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class VanillaKarafIT {
    @Inject
    private BundleContext context;

    @Inject
    private FeaturesService features;

    /** Injected only so that the test waits for it. */
    @SuppressWarnings("UnusedVariable")
    @Inject
    private BootFinished booted;

    @Configuration
    public Option[] container() throws Exception {
        return Containers.vanilla();
    }

    @Test
    public void theFeatureInstallsWithoutDisturbingTheShellThatInstallsIt() throws Exception {
        ServiceReference<SessionFactory> shell = context.getServiceReference(SessionFactory.class);
        List<FrameworkEvent> refreshed = new CopyOnWriteArrayList<>();
        FrameworkListener listener = event -> {
            if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.add(event);
            }
        };
        context.addFrameworkListener(listener);

        features.addRepository(
                URI.create("mvn:io.carp/carp-features/" + System.getProperty("carp.version") + "/xml/features"));
        features.installFeature("carp");

        // A refresh of jline or the shell would end the session that typed the command.
        assertSame(shell, context.getServiceReference(SessionFactory.class));
        assertEquals(List.of(), refreshed);
        assertTrue("the loop's component", context.getServiceReference(Loop.class) != null);
        Path etc = Path.of(System.getProperty("karaf.etc"));
        assertTrue(Files.isRegularFile(etc.resolve("carp.engine.cfg")));
        assertTrue(Files.isRegularFile(etc.resolve("carp.vhost-web.cfg.example")));
        assertFalse("the example must not start", Files.exists(etc.resolve("carp.vhost-web.cfg")));
        context.removeFrameworkListener(listener);
    }
}
