// SPDX-License-Identifier: Apache-2.0
package io.carp;

/** The three states of a virtual host on one node, as carp(4) names them. */
public enum CarpState {
    /** Not taking part: just configured, link down, refused configuration, or stopped. */
    INIT,
    /** Listening; takes over when the master falls silent. */
    BACKUP,
    /** Advertising and holding the virtual IPs. */
    MASTER
}
