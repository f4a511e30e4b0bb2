// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.carp.Mastership;
import io.carp.VirtualHost;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;

/** DS components that block: the others and the node live on, and a finding says which one it is. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class BlockingConsumersIT extends InDistribution {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String COME_BACK = "blocking.consumers.come.back";

    private Bundle consumers;

    @Before
    public void transport() throws Exception {
        System.clearProperty(COME_BACK);
        System.clearProperty(BlockingConsumers.MasterOnly.LIVES);
        Etc.loopbackTransport();
    }

    @After
    public void end() throws Exception {
        System.setProperty(COME_BACK, "true");
        Etc.delete("carp.vhost-web.cfg");
        Lab.await("web is gone", PATIENCE, () -> engine.virtualHosts().isEmpty());
        consumers.uninstall();
        assertEquals("nothing is left", 0, services());
    }

    private void start(Class<?> blocking) throws Exception {
        consumers = context.installBundle("blocking:" + blocking.getSimpleName(), BlockingConsumers.bundle(blocking));
        consumers.start();
        Etc.write("carp.vhost-web.cfg", Etc.host(7, "hookTimeout = 1"));
        Lab.await("web is MASTER", PATIENCE, () -> isMaster() && services() == 1);
    }

    private void stepDown() throws Exception {
        engine.stepDown("web").toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Test
    public void aConstructorThatBlocksKeepsMastershipFromNobody() throws Exception {
        start(BlockingConsumers.BlockActivate.class);
        Lab.await("a finding", PATIENCE, () -> finding().contains("BlockActivate.<init>(BlockingConsumers.java:"));
        String status = Viewer.execute(sessions, "carp:status");
        assertTrue(status, status.contains("!") && status.contains("BlockActivate"));
        long first = generation();
        stepDown();
        assertEquals(0, services());
        Lab.await("the one that behaves is told", PATIENCE, () -> !lives());
        Lab.await("the next mastership", PATIENCE, () -> isMaster() && services() == 1 && generation() > first);
        Lab.await("worth less", PATIENCE, () -> web().effectiveAdvskew() == 240);
        System.setProperty(COME_BACK, "true");
        Lab.await("all is well", PATIENCE, () -> finding().isEmpty() && web().effectiveAdvskew() < 240);
        assertEquals(1, services());
    }

    @Test
    public void aDeactivationThatBlocksKeepsTheNextMastershipFromNobody() throws Exception {
        start(BlockingConsumers.BlockDeactivate.class);
        Lab.await("the one that behaves is up", PATIENCE, BlockingConsumersIT::lives);
        long first = generation();
        stepDown();
        Lab.await("the next mastership", PATIENCE, () -> isMaster() && services() == 1 && generation() > first);
        Lab.await("a finding", PATIENCE, () -> finding().contains("BlockDeactivate.stop(BlockingConsumers.java:"));
        assertEquals(240, web().effectiveAdvskew());
        System.setProperty(COME_BACK, "true");
        Lab.await("all is well", PATIENCE, () -> finding().isEmpty() && web().effectiveAdvskew() < 240);
        Lab.await("the one that behaves is up again", PATIENCE, BlockingConsumersIT::lives);
    }

    @Test
    public void aHookThatBlocksKeepsMastershipFromNobody() throws Exception {
        start(BlockingConsumers.BlockHook.class);
        Lab.await("the one that behaves is up", PATIENCE, BlockingConsumersIT::lives);
        Lab.await("a finding", PATIENCE, () -> finding().contains("BlockHook.acquiring(BlockingConsumers.java:"));
        Lab.await("worth less", PATIENCE, () -> web().effectiveAdvskew() == 240);
        System.setProperty(COME_BACK, "true");
        Lab.await("all is well", PATIENCE, () -> finding().isEmpty() && web().effectiveAdvskew() < 240);
    }

    private static boolean lives() {
        return Boolean.getBoolean(BlockingConsumers.MasterOnly.LIVES);
    }

    private VirtualHost web() {
        return engine.virtualHost("web").orElseThrow();
    }

    private String finding() {
        return web().findings().stream()
                .filter(finding -> finding.code().equals("consumer"))
                .map(finding -> finding.text())
                .findAny()
                .orElse("");
    }

    private long generation() throws Exception {
        return context.getServiceReferences(Mastership.class, "(carp.name=web)").stream()
                .mapToLong(reference -> (Long) reference.getProperty(Mastership.GENERATION))
                .max()
                .orElse(0);
    }
}
