// SPDX-License-Identifier: Apache-2.0
package io.carp.protocol;

/** In which order the virtual IPs enter the digest. All nodes of a group need the same order. */
public enum DigestOrder {
    /**
     * Ascending, each address once (ucarp, FreeBSD from 10 on, OpenBSD). What we send leaves link-local addresses out,
     * as OpenBSD does, whose carp interfaces give themselves a link-local address that is no virtual IP.
     */
    SORTED,
    /** As configured, with all addresses (FreeBSD up to 9, which takes the addresses of carpN as they come). */
    CONFIGURED
}
