// SPDX-License-Identifier: Apache-2.0
package io.carp.mastership;

import io.carp.CarpState;
import io.carp.VirtualHost;
import io.carp.script.Scripts;
import io.carp.spi.VirtualIp;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/** What tests of what mastership causes begin with. */
final class Given {
    private Given() {}

    /** With these scripts, for one address. */
    static MastershipSettings settings(Scripts scripts) {
        List<VirtualIp> ips = List.of(new VirtualIp(InetAddress.getLoopbackAddress(), 32));
        return new MastershipSettings(
                5 * World.SECOND,
                false,
                scripts,
                false,
                false,
                ips,
                World.NOBODY_SPEAKS,
                World.OVERLAP,
                1,
                World.SECOND,
                0);
    }

    static Scripts noScripts() {
        return new Scripts(null, null, null, null, null, 10_000);
    }

    static Scripts allScripts() {
        return new Scripts("/up", "/down", "/notify", "/before", null, 10_000);
    }

    static VirtualHost host(CarpState state) {
        Map<String, Object> answers = Map.of("name", "web", "vhid", 7, "networkInterface", "eth0", "state", state);
        return (VirtualHost) Proxy.newProxyInstance(
                Given.class.getClassLoader(),
                new Class<?>[] {VirtualHost.class},
                (proxy, method, arguments) -> answers.get(method.getName()));
    }
}
