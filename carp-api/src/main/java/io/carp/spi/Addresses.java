// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one virtual host, and how to bind them.
 *
 * @param name the name of the virtual host
 * @param networkInterface where to bind them
 * @param vhid 1..255
 * @param virtualIps the addresses, in the order of the configuration
 * @param leaseSeconds after how many seconds without renewal the kernel drops them; 0 means never
 * @param label the IFA_LABEL of IPv4 addresses, at most 15 characters, or null
 * @param upScript for the script binder, or null
 * @param downScript for the script binder, or null
 * @param xparam the scripts' third argument, or null
 * @param scriptTimeoutMillis after how many milliseconds a script is killed
 * @param neutral whether a script binder runs nothing at the start
 * @param virtualMac whether the addresses are to be at the hardware address 00:00:5e:00:01:vhid
 */
public record Addresses(
        String name,
        String networkInterface,
        int vhid,
        List<VirtualIp> virtualIps,
        int leaseSeconds,
        @Nullable String label,
        @Nullable String upScript,
        @Nullable String downScript,
        @Nullable String xparam,
        long scriptTimeoutMillis,
        boolean neutral,
        boolean virtualMac) {

    /** The same, not neutral, at the hardware address of the interface. */
    public Addresses(
            String name,
            String networkInterface,
            int vhid,
            List<VirtualIp> virtualIps,
            int leaseSeconds,
            @Nullable String label,
            @Nullable String upScript,
            @Nullable String downScript,
            @Nullable String xparam,
            long scriptTimeoutMillis) {
        this(
                name,
                networkInterface,
                vhid,
                virtualIps,
                leaseSeconds,
                label,
                upScript,
                downScript,
                xparam,
                scriptTimeoutMillis,
                false,
                false);
    }

    public Addresses {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(networkInterface, "networkInterface");
        virtualIps = List.copyOf(virtualIps);
    }
}
