// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import io.carp.testing.contract.BinderContractTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** With scripts that keep a file for each address that is up. */
class ScriptBinderContractTest extends BinderContractTest {
    @TempDir
    private Path directory;

    private Path up;
    private Path down;

    @BeforeEach
    void setUp() throws Exception {
        up = ScriptBinderTest.script(directory, "up", "touch '" + directory + "'/\"$2\"");
        down = ScriptBinderTest.script(directory, "down", "rm -f '" + directory + "'/\"$2\"");
    }

    @Override
    protected AddressBinder binder() {
        return new ScriptBinder();
    }

    @Override
    protected Addresses addresses(List<VirtualIp> ips) {
        return Addresses.of("web", "lo", 7, ips).withScripts(up.toString(), down.toString(), null, 5000);
    }

    @Override
    protected List<String> bound(List<String> candidates) {
        return candidates.stream()
                .filter(ip -> Files.exists(directory.resolve(ip)))
                .toList();
    }
}
