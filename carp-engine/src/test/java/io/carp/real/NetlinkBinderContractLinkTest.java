// SPDX-License-Identifier: Apache-2.0
package io.carp.real;

import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import io.carp.testing.contract.BinderContractTest;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The netlink binder and the kernel. */
class NetlinkBinderContractLinkTest extends BinderContractTest {
    private BinderHost host;

    @BeforeEach
    void setUp() {
        host = new BinderHost("carp-vip-contract");
    }

    @AfterEach
    void tearDown() throws Exception {
        if (host != null) {
            host.close();
        }
    }

    @Override
    protected void in(Action action) {
        host.in(action::run);
    }

    @Override
    protected Addresses addresses(List<VirtualIp> ips) {
        return Addresses.of("web", "eth0", 7, ips).withLease(2).withLabel("eth0:web");
    }

    @Override
    protected AddressBinder binder() {
        return host.binder;
    }

    @Override
    protected List<String> bound(List<String> candidates) {
        return candidates.stream().filter(host::has).toList();
    }
}
