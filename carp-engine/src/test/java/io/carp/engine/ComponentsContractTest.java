// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.CarpEngine;
import io.carp.CarpState;
import io.carp.MastershipHook;
import io.carp.VirtualHostListener;
import io.carp.spi.Transport;
import io.carp.testing.contract.EngineContractTest;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;

/** The engine's own components, with real threads. */
class ComponentsContractTest extends EngineContractTest {
    @TempDir
    Path storage;

    private Container container;
    private VirtualHostComponent host;

    @BeforeEach
    void start() throws Exception {
        container = new Container(storage);
        container.onEvent = this::posted;
        container
                .context()
                .addServiceListener(
                        this::services,
                        "(|(objectClass=io.carp.MastershipHook)(objectClass=io.carp.VirtualHostListener))");
        // This is so slow that it takes over only when it is asked to.
        host = container.activate(Container.cfg("web", 7, "advbase", "250", "hookTimeout", "60"));
        Await.until("BACKUP", () -> container.view("web").state() == CarpState.BACKUP);
    }

    /** Tells the engine of listeners, as DS would. */
    @SuppressWarnings("unchecked")
    private void services(ServiceEvent event) {
        BundleContext context = container.context();
        if (context.getService(event.getServiceReference()) instanceof VirtualHostListener listener) {
            var reference = (ServiceReference<VirtualHostListener>) event.getServiceReference();
            if (event.getType() == ServiceEvent.REGISTERED) {
                container.engine.addListener(reference, listener);
            } else {
                container.engine.removeListener(reference);
            }
        } else if (event.getType() == ServiceEvent.REGISTERED) {
            container.engine.addHook((ServiceReference<MastershipHook>) event.getServiceReference());
        }
    }

    @AfterEach
    void stop() throws Exception {
        host.deactivate();
        container.close();
    }

    @Override
    protected BundleContext context() {
        return container.context();
    }

    @Override
    protected CarpEngine engine() {
        return container.engine;
    }

    @Override
    protected void linkDown() {
        container.link(Transport.Link.DOWN);
    }
}
