// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static io.carp.itests.ForeignLab.typed;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.Set;
import org.junit.Rule;
import org.junit.Test;

/** An application with a Netty 4.1 of its own, and CARP: neither harms the other, whichever came first. */
public class NettyBesideIT {
    @Rule
    public final ForeignLab lab = new ForeignLab();

    private ForeignKaraf karaf;

    @Test
    public void nettyAsBundlesFirst() throws Exception {
        nettyFirst(Row.NETTY_BUNDLES_FIRST, "echo-on-bundles");
    }

    @Test
    public void nettyAsADependencyFirst() throws Exception {
        nettyFirst(Row.NETTY_DEPENDENCY_FIRST, "echo-on-a-dependency");
    }

    private void nettyFirst(Row row, String feature) throws Exception {
        boot(row);
        Tested tested = new Tested(row);
        typed(karaf, ForeignLab.addNettyBeside(karaf), "feature:install " + feature);
        echoes();
        int mark = karaf.witnessed.now();
        typed(karaf, ReadMe.install());
        ForeignLab.untouched(karaf, mark);
        tested.that("no bundle of anybody else touched");
        bothWork(tested, "");
        restart(tested);
        mark = karaf.witnessed.now();
        typed(karaf, "feature:uninstall carp");
        echoes();
        Set<String> touched = karaf.witnessed.touchedSince(mark, Set.of());
        for (String location : karaf.own("scr", "eventadmin")) {
            touched.removeIf(deed -> Foreign.names(location, deed));
        }
        assertEquals("the framework saw: ", Set.of(), touched);
        tested.that("uninstalled: the application goes on");
        tested.done();
    }

    @Test
    public void carpFirst() throws Exception {
        boot(Row.NETTY_SECOND);
        Tested tested = new Tested(Row.NETTY_SECOND);
        typed(karaf, ReadMe.install());
        ForeignLab.leads(karaf);
        typed(karaf, ForeignLab.addNettyBeside(karaf), "feature:install echo-on-bundles");
        assertTrue("CARP was not interrupted", karaf.holds(ForeignLab.VIP));
        bothWork(tested, "");
        restart(tested);
        tested.done();
    }

    private void boot(Row row) throws Exception {
        karaf = lab.beside(row, "beside", NettyEcho.class, "echo", NettyEcho.IMPORTS);
        // The shell may be there first. Until Karaf knows its own features, scr is none of them.
        karaf.shellUntil("org.apache.karaf.features/standard", "feature:repo-list");
    }

    private void bothWork(Tested tested, String when) throws Exception {
        ForeignLab.leads(karaf);
        echoes();
        tested.that(when + "MASTER with the address bound, the application answers by its native epoll");
    }

    private void restart(Tested tested) throws Exception {
        karaf.stop();
        karaf.boot();
        bothWork(tested, "after a restart: ");
    }

    private void echoes() throws Exception {
        lab.answers(karaf, NettyEcho.PORT, "hello", "hello");
    }
}
