// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The addresses of one virtual host, and how to bind them. Immutable, compared by value; what {@code with…} returns is
 * a changed copy.
 */
@ProviderType
public interface Addresses {
    /**
     * Addresses without a lease, label or script, at the hardware address of the interface.
     *
     * @param name the name of the virtual host
     * @param networkInterface the interface to bind them on
     * @param vhid 1..255
     * @param virtualIps the addresses, in the order of the configuration
     */
    static Addresses of(String name, String networkInterface, int vhid, List<VirtualIp> virtualIps) {
        return new PlainAddresses(
                name,
                networkInterface,
                vhid,
                virtualIps,
                0,
                null,
                PlainAddresses.Scripting.NONE,
                false,
                PlainAddresses.ShortLease.NONE);
    }

    /** The name of the virtual host. */
    String name();

    /** The interface to bind them on. */
    String networkInterface();

    /** The number of the virtual host, 1..255. */
    int vhid();

    /** The addresses, in the order of the configuration. */
    List<VirtualIp> virtualIps();

    /** After how many seconds without renewal the kernel drops them; 0 means never. */
    int leaseSeconds();

    /** The IFA_LABEL of IPv4 addresses, at most 15 characters. */
    @Nullable
    String label();

    /** The script that the script binder runs to bind each address; null for none. */
    @Nullable
    String upScript();

    /** The script that the script binder runs to release each address; null for none. */
    @Nullable
    String downScript();

    /** The scripts' third argument. */
    @Nullable
    String xparam();

    /** After how many milliseconds a script is killed. */
    long scriptTimeoutMillis();

    /** Whether a script binder runs nothing at the start. */
    boolean neutral();

    /** Whether the addresses are to be at the hardware address 00:00:5e:00:01:vhid. */
    boolean virtualMac();

    /**
     * Nanoseconds between two advertisements of a MASTER, if the addresses are to work only while those leave (the key
     * {@code shortLease}); 0 if they are to work whenever they are bound.
     */
    long advertisementNanos();

    /**
     * How those advertisements can be told from other packets of the interface: the UDP port that they go to, 0 if they are
     * packets of the IP protocol 112, or -1 if they cannot.
     */
    int advertisementPort();

    /**
     * Whether each advertisement that was sent leaves by the interface of the addresses at once. One that goes to a group
     * does. One to a peer waits in the kernel for the peer's hardware address, for ever if there is no such machine, and
     * may leave by another interface.
     */
    boolean advertisementsLeave();

    /** The same addresses on another interface. */
    Addresses withInterface(String networkInterface);

    /** @param seconds after how many without renewal the kernel drops them; 0 means never */
    Addresses withLease(int seconds);

    /** @param label the IFA_LABEL of IPv4 addresses, at most 15 characters; null for none */
    Addresses withLabel(@Nullable String label);

    /**
     * The same addresses with scripts, for the script binder.
     *
     * @param xparam their third argument; null for none
     * @param timeoutMillis after how many milliseconds one is killed
     */
    Addresses withScripts(
            @Nullable String upScript, @Nullable String downScript, @Nullable String xparam, long timeoutMillis);

    /** @param neutral whether a script binder runs nothing at the start */
    Addresses withNeutral(boolean neutral);

    /** @param wanted whether they are to be at the hardware address 00:00:5e:00:01:vhid */
    Addresses withVirtualMac(boolean wanted);

    /**
     * The same addresses, which are to work only while advertisements leave.
     *
     * @param nanos between two advertisements; 0 if they are to work whenever they are bound
     * @param port as {@link #advertisementPort}
     * @param leave as {@link #advertisementsLeave}
     */
    Addresses withShortLease(long nanos, int port, boolean leave);
}
