// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The values behind {@link Addresses}. The record is not public, so that it may grow. */
record PlainAddresses(
        String name,
        String networkInterface,
        int vhid,
        List<VirtualIp> virtualIps,
        int leaseSeconds,
        @Nullable String label,
        Scripting scripting,
        boolean virtualMac,
        ShortLease shortLease)
        implements Addresses {

    record ShortLease(long nanos, int port, boolean leave) {
        static final ShortLease NONE = new ShortLease(0, 0, true);
    }

    record Scripting(
            @Nullable String up,
            @Nullable String down,
            @Nullable String xparam,
            long timeoutMillis,
            boolean neutral) {
        static final Scripting NONE = new Scripting(null, null, null, 0, false);
    }

    PlainAddresses {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(networkInterface, "networkInterface");
        virtualIps = List.copyOf(virtualIps);
    }

    @Override
    public @Nullable String upScript() {
        return scripting.up;
    }

    @Override
    public @Nullable String downScript() {
        return scripting.down;
    }

    @Override
    public @Nullable String xparam() {
        return scripting.xparam;
    }

    @Override
    public long scriptTimeoutMillis() {
        return scripting.timeoutMillis;
    }

    @Override
    public boolean neutral() {
        return scripting.neutral;
    }

    @Override
    public long advertisementNanos() {
        return shortLease.nanos;
    }

    @Override
    public int advertisementPort() {
        return shortLease.port;
    }

    @Override
    public boolean advertisementsLeave() {
        return shortLease.leave;
    }

    @Override
    public Addresses withInterface(String other) {
        return new PlainAddresses(
                name, other, vhid, virtualIps, leaseSeconds, label, scripting, virtualMac, shortLease);
    }

    @Override
    public Addresses withLease(int seconds) {
        return new PlainAddresses(
                name, networkInterface, vhid, virtualIps, seconds, label, scripting, virtualMac, shortLease);
    }

    @Override
    public Addresses withLabel(@Nullable String other) {
        return new PlainAddresses(
                name, networkInterface, vhid, virtualIps, leaseSeconds, other, scripting, virtualMac, shortLease);
    }

    @Override
    public Addresses withScripts(
            @Nullable String up, @Nullable String down, @Nullable String xparam, long timeoutMillis) {
        return with(new Scripting(up, down, xparam, timeoutMillis, scripting.neutral));
    }

    @Override
    public Addresses withNeutral(boolean neutral) {
        return with(new Scripting(scripting.up, scripting.down, scripting.xparam, scripting.timeoutMillis, neutral));
    }

    private Addresses with(Scripting other) {
        return new PlainAddresses(
                name, networkInterface, vhid, virtualIps, leaseSeconds, label, other, virtualMac, shortLease);
    }

    @Override
    public Addresses withVirtualMac(boolean wanted) {
        return new PlainAddresses(
                name, networkInterface, vhid, virtualIps, leaseSeconds, label, scripting, wanted, shortLease);
    }

    @Override
    public Addresses withShortLease(long nanos, int port, boolean leave) {
        var other = new ShortLease(nanos, port, leave);
        return new PlainAddresses(
                name, networkInterface, vhid, virtualIps, leaseSeconds, label, scripting, virtualMac, other);
    }
}
