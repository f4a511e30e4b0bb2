// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import static io.carp.itests.ForeignLab.typed;

import org.junit.Rule;
import org.junit.Test;

/** CARP in a container that is in a cluster of Karaf Cellar, with Hazelcast on the same link. */
public class CellarMatrixIT {
    private static final String CELLAR =
            "feature:repo-add mvn:org.apache.karaf.cellar/apache-karaf-cellar/" + Row.CELLAR_VERSION + "/xml/features";

    @Rule
    public final ForeignLab lab = new ForeignLab();

    @Test
    public void cellarFirst() throws Exception {
        Tested tested = new Tested(Row.CELLAR);
        ForeignKaraf karaf = lab.karaf(Row.CELLAR, "cellar");
        karaf.online();
        karaf.write("etc/carp.vhost-web.cfg", Foreign.web(0));
        ForeignLab.boot(karaf);
        typed(karaf, CELLAR, "feature:install cellar");
        lists(karaf, "x | 10.77.0.10:5701");
        ReadMe.besideCellar(karaf, "10.77.0.10");
        int mark = karaf.witnessed.now();
        typed(karaf, ReadMe.install());
        ForeignLab.untouched(karaf, mark);
        tested.that("no bundle of anybody else touched");
        bothWork(karaf, tested, "");
        karaf.stop();
        karaf.boot();
        bothWork(karaf, tested, "after a restart: ");
        tested.done();
    }

    private static void bothWork(ForeignKaraf karaf, Tested tested, String when) throws Exception {
        ForeignLab.leads(karaf);
        lists(karaf, "x | 10.77.0.10:5701");
        tested.that(when + "MASTER with the address bound, Cellar lists the node");
    }

    private static void lists(ForeignKaraf karaf, String node) throws Exception {
        karaf.shellUntil(node, "cluster:node-list");
    }
}
