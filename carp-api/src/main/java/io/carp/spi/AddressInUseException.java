// SPDX-License-Identifier: Apache-2.0
package io.carp.spi;

import java.io.IOException;

/** Somebody else has configured one of the virtual IPs on this node. We never touch it. */
public class AddressInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message says which address, on which interface */
    public AddressInUseException(String message) {
        super(message);
    }
}
