// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.CarpEngine;
import io.carp.Reason;
import io.carp.testing.contract.EngineContractTest;
import java.nio.file.Path;
import java.util.Map;
import org.apache.felix.framework.FrameworkFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

class FakeCarpEngineContractTest extends EngineContractTest {
    @TempDir
    Path storage;

    private Framework framework;
    private FakeCarpEngine carp;

    @BeforeEach
    void start() throws Exception {
        framework = new FrameworkFactory().newFramework(Map.of(Constants.FRAMEWORK_STORAGE, storage.toString()));
        framework.start();
        carp = new FakeCarpEngine("web").publishTo(framework.getBundleContext()).postTo(this::posted);
    }

    @AfterEach
    void stop() throws Exception {
        framework.stop();
        framework.waitForStop(0);
    }

    @Override
    protected BundleContext context() {
        return framework.getBundleContext();
    }

    @Override
    protected CarpEngine engine() {
        return carp;
    }

    @Override
    protected void linkDown() {
        carp.lose("web", Reason.LINK_DOWN);
    }
}
