// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static io.carp.itests.ForeignLab.typed;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import org.junit.Rule;
import org.junit.Test;

/** A user's Camel route that listens by Netty's native epoll, and CARP, whichever came first. */
public class CamelNettyMatrixIT {
    private static final String CAMEL =
            "feature:repo-add mvn:org.apache.camel.karaf/apache-camel/" + Row.CAMEL + "/xml/features";

    @Rule
    public final ForeignLab lab = new ForeignLab();

    private ForeignKaraf karaf;

    @Test
    public void camelFirst() throws Exception {
        boot(Row.CAMEL_FIRST);
        Tested tested = new Tested(Row.CAMEL_FIRST);
        installCamel();
        echoes();
        int mark = karaf.witnessed.now();
        typed(karaf, ReadMe.install());
        ForeignLab.untouched(karaf, mark);
        tested.that("no bundle of anybody else touched");
        bothWork(tested);
    }

    @Test
    public void carpFirst() throws Exception {
        boot(Row.CAMEL_SECOND);
        Tested tested = new Tested(Row.CAMEL_SECOND);
        typed(karaf, ReadMe.install());
        ForeignLab.leads(karaf);
        installCamel();
        assertTrue("CARP was not interrupted", karaf.holds(ForeignLab.VIP));
        assertFalse("CARP was not interrupted", karaf.log().contains("7@eth0: MASTER -> "));
        tested.that("stays MASTER meanwhile");
        bothWork(tested);
    }

    private void boot(Row row) throws Exception {
        karaf = lab.beside(row, "camel-netty", CamelEcho.class, "echo-by-camel", CamelEcho.IMPORTS);
    }

    private void installCamel() throws Exception {
        typed(karaf, CAMEL, ForeignLab.addNettyBeside(karaf), "feature:install echo-by-camel");
    }

    private void bothWork(Tested tested) throws Exception {
        bothWork(tested, "");
        karaf.stop();
        karaf.boot();
        bothWork(tested, "after a restart: ");
        karaf.kill();
        karaf.boot();
        bothWork(tested, "after `kill -9`: ");
        tested.done();
    }

    private void bothWork(Tested tested, String when) throws Exception {
        ForeignLab.leads(karaf);
        echoes();
        tested.that(when + "MASTER with the address bound, the route answers by its native epoll");
    }

    private void echoes() throws Exception {
        lab.answers(karaf, CamelEcho.PORT, "hello", "hello by EpollSocketChannel");
    }
}
