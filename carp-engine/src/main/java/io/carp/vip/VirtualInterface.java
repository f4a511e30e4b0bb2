// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.linux.LibC;
import io.carp.linux.LinkMessage;
import io.carp.linux.Macvlan;
import io.carp.linux.Sysctl;
import io.carp.linux.SystemCallException;
import io.carp.linux.VirtualMac;
import io.carp.spi.Addresses;
import io.carp.spi.VirtualIp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The macvlan that gives the addresses of one virtual host their virtual MAC. It exists from prepare to close, and is
 * up only while the addresses are bound. Anything that a backup sent from it, even a multicast report, would draw the
 * switch to the wrong port. Everything is done under the lock of the binder.
 */
final class VirtualInterface {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualInterface.class);
    private static final int LONGEST_NAME = 15;

    private final String parent;
    private final int vhid;
    private final String name;
    /** The claim that the interface belongs to this process, from the first prepare on. */
    private final Claims claims;
    /** Whether it could not be set up again, and that has been told. */
    private boolean refused;
    /** What it was put on last: it goes with that. */
    private int parentIndex;

    VirtualInterface(Addresses addresses, Claims claims) {
        this.claims = claims;
        this.parent = addresses.networkInterface();
        this.vhid = addresses.vhid();
        this.name = name(parent, vhid);
    }

    /** {@code carp7.eth0}; where that would be too long, a number stands for the interface. */
    static String name(String parent, int vhid) {
        String name = "carp" + vhid + "." + parent;
        if (name.length() <= LONGEST_NAME) {
            return name;
        }
        var sum = new CRC32();
        sum.update(parent.getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "carp%d-%07x", vhid, sum.getValue() >>> 4);
    }

    /** The alias that marks the interface as ours, and as this virtual host's. */
    private String alias() {
        return "carp: " + vhid + "@" + parent;
    }

    /** The same addresses, on this interface. */
    Addresses here(Addresses addresses) {
        return addresses.withInterface(name);
    }

    /**
     * Makes the interface, or adopts one that an earlier process has left, if the interface below exists. It is down
     * afterwards.
     */
    void prepare(KernelAddresses round, List<VirtualIp> ips) throws IOException {
        ArpAnswers.requireSilence(parent, ips);
        if (round.link(parent) != null) {
            claim();
            down(round);
            quiet(round, ensure(round)); // The process that made it may have ended before it did this.
            requireIpv6(ips);
        }
    }

    /** Makes the interface if need be, and sets it up. */
    void up(KernelAddresses round, List<VirtualIp> ips) throws IOException {
        ArpAnswers.requireSilence(parent, ips);
        var link = ensure(round);
        requireIpv6(ips);
        if (!link.isUp()) {
            round.macvlan().up(link.ifindex(), true);
            round.lookAgain();
        }
    }

    /**
     * Makes the interface again or sets it up, if somebody deleted it or set it down behind our back, or it went with its
     * parent.
     *
     * @param ips what is bound on it
     * @return why it has to stay down, for a person, told once; null if there is nothing new to tell
     */
    @Nullable
    String restore(KernelAddresses round, List<VirtualIp> ips) throws SystemCallException {
        var below = round.link(parent);
        var link = round.link(name);
        if (below == null || (link != null && !isOurs(link))) {
            return null;
        }
        if (link != null && link.isUp()) {
            return restoreVrf(round, link, below);
        }
        String gone = link == null && below.ifindex() != parentIndex
                ? name + " had gone with " + parent
                : name + " was deleted or set down behind our back";
        try {
            up(round, ips);
            refused = false;
            LOG.warn("carp: {}, and has been restored", gone);
            return null;
        } catch (SystemCallException e) {
            throw e;
        } catch (IOException e) {
            boolean known = refused;
            refused = true;
            return known ? null : gone + ", and cannot come back: " + e.getMessage();
        }
    }

    private @Nullable String restoreVrf(KernelAddresses round, LinkMessage link, LinkMessage below) {
        try {
            follow(round, link, below);
            refused = false;
            return null;
        } catch (SystemCallException e) {
            // This is no reason to let the lease run out. But nobody reaches the addresses here, so a peer should
            // serve.
            boolean known = refused;
            refused = true;
            return known ? null : name + " does not belong to the VRF of " + parent + ": " + e.getMessage();
        }
    }

    void down(KernelAddresses round) throws SystemCallException {
        var link = round.link(name);
        if (link != null && isOurs(link) && link.isUp()) {
            round.macvlan().up(link.ifindex(), false);
            round.lookAgain();
        }
    }

    void delete(KernelAddresses round) throws SystemCallException {
        var link = round.link(name);
        try {
            if (link != null && isOurs(link)) {
                round.macvlan().delete(link.ifindex());
                round.lookAgain();
            }
        } finally {
            claims.releaseAll();
        }
    }

    private void claim() throws ClaimedException {
        claims.take(claimName(), "virtualMac = true: the interface " + name + " is used");
        claims.retake();
    }

    private String claimName() {
        return "interface/" + name;
    }

    private LinkMessage ensure(KernelAddresses round) throws IOException {
        var below = round.requireLink(parent);
        claim();
        parentIndex = below.ifindex();
        var link = round.link(name);
        if (link != null && !isOurs(link)) {
            throw new IOException("virtualMac = true: the interface " + name + " was made by somebody else and was not"
                    + " touched; if nobody needs it: ip link delete " + name);
        }
        if (link != null && !fits(link, below)) {
            round.macvlan().delete(link.ifindex());
            link = null;
        }
        return follow(round, link == null ? create(round, below) : link, below);
    }

    /** Puts the interface into the VRF of the one below it, since in another VRF nobody would reach its addresses. */
    private LinkMessage follow(KernelAddresses round, LinkMessage link, LinkMessage below) throws SystemCallException {
        int vrf = vrf(below);
        if (vrf == vrf(link)) {
            return link;
        }
        round.macvlan().master(link.ifindex(), vrf);
        round.lookAgain();
        var moved = round.link(name);
        return moved == null ? link : moved;
    }

    private static int vrf(LinkMessage link) {
        return link.masterKind().equals("vrf") ? link.master() : 0;
    }

    /** Checks whether the existing interface can have these addresses, and would be the only one to answer for them. */
    void requireSettings(List<VirtualIp> ips) throws IOException {
        ArpAnswers.requireSilence(parent, ips);
        requireIpv6(ips);
    }

    /** Enables IPv6 if need be. New interfaces may have it switched off, but this one exists for these addresses. */
    private void requireIpv6(List<VirtualIp> ips) throws IOException {
        if (Ipv6.isRefused(name, ips) && !Sysctl.set("ipv6", name, "disable_ipv6", 0)) {
            throw new IOException("virtualMac = true: IPv6 is disabled on the new interface " + name
                    + ", and this process may not enable it: sysctl -w net.ipv6.conf.default.disable_ipv6=0 "
                    + Sysctl.key("ipv6", name, "disable_ipv6") + "=0");
        }
    }

    private boolean isOurs(LinkMessage link) {
        return link.alias().equals(alias()) && claims.has(claimName());
    }

    private boolean fits(LinkMessage link, LinkMessage below) {
        return Macvlan.isOne(link, below) && Arrays.equals(link.hardwareAddress(), VirtualMac.of(vhid));
    }

    private LinkMessage create(KernelAddresses round, LinkMessage below) throws IOException {
        var macvlan = round.macvlan();
        try {
            macvlan.create(name, below.ifindex(), VirtualMac.of(vhid));
        } catch (SystemCallException e) {
            String why = refusal(e, parent);
            throw why == null ? e : new IOException(why, e);
        }
        round.lookAgain();
        var link = round.link(name);
        if (link == null) {
            throw new IOException("virtualMac = true: the interface " + name + " was deleted at once by somebody else");
        }
        try {
            macvlan.mark(link.ifindex(), alias());
            quiet(round, link);
        } catch (SystemCallException e) {
            macvlan.delete(link.ifindex()); // Without its mark nobody would know later whose interface it is.
            throw e;
        }
        round.lookAgain();
        var made = round.link(name);
        return made == null ? link : made;
    }

    private void quiet(KernelAddresses round, LinkMessage link) throws SystemCallException {
        round.macvlan().quiet(link.ifindex());
        // A router advertisement would make it set an address of its own, and look for duplicates of that.
        if (!Sysctl.set("ipv6", name, "accept_ra", 0)) {
            LOG.warn(
                    "carp: {} will listen to router advertisements: {} could not be set",
                    name,
                    Sysctl.key("ipv6", name, "accept_ra"));
        }
    }

    /** What to tell an operator whose kernel refuses the macvlan; null if the error says enough. */
    static @Nullable String refusal(SystemCallException e, String parent) {
        return switch (e.errno()) {
            case LibC.EOPNOTSUPP -> "virtualMac = true: this kernel has no macvlan (CONFIG_MACVLAN, module macvlan)";
            case LibC.EBUSY, LibC.EINVAL ->
                "virtualMac = true: no macvlan can be put on " + parent
                        + ", as on a port of a bridge or a bond: name the bridge or the bond as interface";
            default -> null;
        };
    }
}
