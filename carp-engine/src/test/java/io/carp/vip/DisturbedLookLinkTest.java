// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.carp.linux.AddressDump;
import io.carp.linux.AddressMessage;
import io.carp.linux.Netlink;
import io.carp.linux.SystemCallException;
import io.carp.net.NettyLoop;
import io.carp.real.Netns;
import io.carp.spi.AddressBinder;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What is done upon a look at the kernel that other changes have disturbed: an address that was not told may be there.
 */
class DisturbedLookLinkTest {
    private static final int LOOPBACK = 1;

    private final List<String> told = new ArrayList<>();
    private final AddressBinder.Listener listener = new AddressBinder.Listener() {
        @Override
        public void restored(String address) {
            told.add(address);
        }

        @Override
        public void gaveUp(String why) {
            told.add(why);
        }
    };

    @Test
    void nothingIsBoundAndNothingPutBack() throws Exception {
        var ip = new VirtualIp(InetAddress.getByName("192.0.2.1"), 32);
        var addresses = Addresses.of("web", "lo", 7, List.of(ip));
        try (var netns = Netns.create("carp-vip-look");
                var loop = new NettyLoop()) {
            var binder = new NetlinkBinder(loop);
            var binding = new NetlinkBinding(binder, addresses, null, new Claims(loop), listener, () -> false);
            netns.call(() -> {
                try (var netlink = Netlink.open(1000)) {
                    var whole = new KernelAddresses(netlink, 0);
                    var nothing = new AddressDump(List.of(), false);
                    var disturbed = new KernelAddresses(netlink, nothing, () -> nothing, 0);
                    binder.bindings().requireFree(binding, whole, List.of(ip), LOOPBACK, Set.of());
                    var why = assertThrows(SystemCallException.class, () -> binder.bindings()
                            .requireFree(binding, disturbed, List.of(ip), LOOPBACK, Set.of()));
                    assertTrue(
                            why.getMessage().startsWith("list the addresses, which other programs change"),
                            why.toString());

                    var bound = new BoundAddresses(binder, listener, addresses, LOOPBACK, () -> false);
                    bound.add(whole, whole.link("lo"), List.of(ip), 0);
                    assertThrows(SystemCallException.class, () -> bound.tend(disturbed, true, new KernelNews(), 0));
                    netlink.delete(new AddressMessage(LOOPBACK, ip.address(), 32, 0, 0, null, 0, 0));
                    assertThrows(SystemCallException.class, () -> bound.tend(disturbed, true, new KernelNews(), 0));
                    assertEquals(List.of(), netlinkAddresses(netlink, ip));
                    bound.tend(new KernelAddresses(netlink, 0), true, new KernelNews(), 0);
                    assertEquals(1, netlinkAddresses(netlink, ip).size());
                }
                return null;
            });
            binder.close();
        }
        assertEquals(List.of(), told, "what is told is told by the binder, of what its thread did");
    }

    @Test
    void whatIsThereIsRenewedAtOnceAndWhatIsNotIsLookedForAgain() throws Exception {
        var there = new VirtualIp(InetAddress.getByName("192.0.2.1"), 32);
        var missing = new VirtualIp(InetAddress.getByName("192.0.2.2"), 32);
        var addresses = Addresses.of("web", "lo", 7, List.of(there, missing)).withLease(9);
        try (var netns = Netns.create("carp-vip-look");
                var loop = new NettyLoop()) {
            var binder = new NetlinkBinder(loop);
            netns.call(() -> {
                try (var netlink = Netlink.open(1000)) {
                    var bound = new BoundAddresses(binder, listener, addresses, LOOPBACK, () -> false);
                    var look = new KernelAddresses(netlink, 0);
                    bound.add(look, look.link("lo"), addresses.virtualIps(), TimeUnit.SECONDS.toNanos(6));
                    var one = new AddressDump(netlinkAddresses(netlink, there), false);
                    // While others change addresses all the time, a lease must not wait for a look that is not
                    // disturbed.
                    var disturbed = new KernelAddresses(netlink, one, () -> one, 0);
                    assertThrows(SystemCallException.class, () -> bound.tend(disturbed, true, new KernelNews(), 0));
                    assertTrue(seconds(netlink, there) > 4, "renewed");
                    assertTrue(seconds(netlink, missing) <= 3, "it may be there, and may not be ours any more");
                    var again = new KernelAddresses(netlink, one, netlink::addresses, 0);
                    bound.tend(again, true, new KernelNews(), 0);
                    assertTrue(seconds(netlink, missing) > 4, "seen by the second look");
                }
                return null;
            });
            binder.close();
        }
    }

    private static long seconds(Netlink netlink, VirtualIp ip) throws SystemCallException {
        return netlinkAddresses(netlink, ip).get(0).validSeconds();
    }

    @Test
    void addressesOfOthersAreNoReasonToLook() throws Exception {
        var ours = InetAddress.getByName("192.0.2.1");
        var news = new KernelNews();
        assertTrue(news.isEmpty());
        news.address(message("192.0.2.9", 0), false, 0);
        news.address(message("192.0.2.9", 0), true, 0);
        assertFalse(news.concern(Set.of(ours)));
        news.address(message("192.0.2.1", AddressMessage.PROTO_CARP), false, 0);
        assertFalse(news.concern(Set.of(ours)), "a renewal of our own");
        news.address(message("192.0.2.1", 0), false, 0);
        assertTrue(news.concern(Set.of(ours)), "somebody takes it over");
        news.clear();
        assertFalse(news.concern(Set.of(ours)));
        news.address(message("192.0.2.1", AddressMessage.PROTO_CARP), true, 0);
        assertTrue(news.concern(Set.of(ours)), "somebody deleted it");
        news.clear();
        news.overrun();
        assertTrue(news.concern(Set.of()), "nobody knows what was missed");
    }

    private static AddressMessage message(String address, int mark) throws Exception {
        return new AddressMessage(LOOPBACK, InetAddress.getByName(address), 32, 0, mark, null, 0, 0);
    }

    private static List<AddressMessage> netlinkAddresses(Netlink netlink, VirtualIp ip) throws SystemCallException {
        return netlink.addresses().all().stream()
                .filter(address -> address.local().equals(ip.address()))
                .toList();
    }
}
