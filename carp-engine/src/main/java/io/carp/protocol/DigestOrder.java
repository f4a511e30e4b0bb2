// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/** In which order the virtual IPs enter the digest. The same on every node of a group. */
public enum DigestOrder {
    /**
     * Ascending, and each once (ucarp, FreeBSD from 10 on, OpenBSD). Link-local addresses are left out of what is sent,
     * as OpenBSD does: its carp interfaces give themselves one that is no virtual IP.
     */
    SORTED,
    /** As configured, every one of them (FreeBSD up to 9, which takes the addresses of carpN as they come). */
    CONFIGURED
}
