// SPDX-License-Identifier: Apache-2.0
package io.carp;

/** The three states of a virtual host on one node, as carp(4) names them. */
public enum CarpState {
    /** Takes no part: just configured, link down, refused configuration, or stopped. */
    INIT,
    /** Listens, and takes over when the master falls silent. */
    BACKUP,
    /** Advertises, and holds the virtual IPs. */
    MASTER
}
