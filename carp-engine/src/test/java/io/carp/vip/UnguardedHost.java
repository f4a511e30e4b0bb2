// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import java.net.InetAddress;
import java.util.List;

/** A process that tries to build a gate on {@code lo}, and prints what a virtual host hears of it. */
public final class UnguardedHost {
    private UnguardedHost() {}

    public static void main(String[] arguments) throws Exception {
        var ip = new VirtualIp(InetAddress.getByName("127.112.0.7"), 32);
        var addresses = Addresses.of("web", "lo", 7, List.of(ip)).withLease(1).withShortLease(100_000_000, 0, true);
        var gates = new Gates(System::nanoTime, () -> {});
        var host = Gates.host(addresses, new AddressBinder.Listener() {
            @Override
            public void restored(String address) {}

            @Override
            public void gaveUp(String why) {}

            @Override
            public void unguarded(String why) {
                System.out.println("unguarded: " + why);
            }
        });
        gates.guard(host, addresses);
        gates.look();
        // As the loop does; without a gate there is nothing to be done for it.
        host.advertising(System.nanoTime(), 100_000_000);
        host.advertised(System.nanoTime());
        host.handsOver(true);
        gates.beforeBind(host);
        gates.shut(host);
        gates.remove(host);
        gates.close();
        System.out.println("ended");
    }
}
