// SPDX-License-Identifier: Apache-2.0
package io.carp.camel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.CarpEngine;
import io.carp.Mastership;
import java.lang.reflect.Proxy;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.cluster.CamelClusterEventListener;
import org.apache.camel.cluster.CamelClusterMember;
import org.apache.camel.cluster.CamelClusterService;
import org.apache.camel.cluster.CamelClusterView;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceRegistration;

/** How Camel sees a virtual host. */
class MastershipViewTest extends Routes {
    @Test
    void isLedByThisNodeOrByNobodyThatIsKnown() throws Exception {
        CamelContext camel = camel();
        camel.start();
        CamelClusterService service = camel.hasService(CamelClusterService.class);
        CamelClusterView view = service.getView("web");
        CamelClusterMember local = view.getLocalMember();
        assertEquals(List.of(local), view.getMembers());
        assertTrue(local.isLocal());
        assertEquals(camel.getName(), local.getId());
        assertFalse(local.isLeader());
        assertEquals(Optional.empty(), view.getLeader());

        carp.take("web");
        assertTrue(local.isLeader());
        assertTrue(service.isLeader("web"));
        assertEquals(Optional.of(local), view.getLeader());
        service.releaseView(view);
        assertFalse(local.isLeader(), "nobody looks any more");
    }

    @Test
    void hasALeaderUntilTheLastMastershipIsGone() throws Exception {
        CamelContext camel = camel("master:web:probe:a");
        camel.start();
        ServiceRegistration<?> one = mastership("web");
        told("started a");
        ServiceRegistration<?> another = mastership("web");
        one.unregister();
        told();
        another.unregister();
        told("stopped a");
        mastership("w*");
        told();
    }

    @Test
    void countsRightAlthoughAListenerFails() throws Exception {
        CamelContext camel = camel();
        camel.start();
        CamelClusterView view = camel.hasService(CamelClusterService.class).getView("web");
        view.addEventListener((CamelClusterEventListener) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {CamelClusterEventListener.Leadership.class},
                (proxy, method, arguments) -> {
                    if (view.getLocalMember().isLeader()) {
                        IllegalStateException failure = new IllegalStateException("on purpose");
                        failure.setStackTrace(new StackTraceElement[0]);
                        throw failure;
                    }
                    return null;
                }));
        carp.take("web");
        assertTrue(view.getLocalMember().isLeader());
        carp.lose("web");
        assertFalse(view.getLocalMember().isLeader());
    }

    @Test
    void saysThatItIsNoVirtualHost() throws Exception {
        CamelContext camel = camel();
        camel.start();
        CamelClusterService service = camel.hasService(CamelClusterService.class);
        MastershipView wob = (MastershipView) service.getView("wob(*)\\");
        String begins = ". It begins by itself when there is etc/carp.vhost-wob(*)\\.cfg";
        String fault = "Camel context " + camel.getName()
                + ": master:wob(*)\\ does not run: there is no virtual host \"wob(*)\\\"; ";
        assertEquals(fault + "the engine is not active" + begins, wob.fault());

        context.registerService(CarpEngine.class, carp, null);
        assertEquals(fault + "there are: db, web" + begins, wob.fault());
        assertNull(((MastershipView) service.getView("web")).fault());
    }

    private ServiceRegistration<?> mastership(String name) {
        return context.registerService(
                Mastership.class, new Mastership() {}, new Hashtable<>(Map.of(Mastership.NAME, name)));
    }
}
