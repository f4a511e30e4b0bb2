// SPDX-License-Identifier: Apache-2.0
package io.carp.vip;

import io.carp.spi.AddressInUseException;

/** Another process of this machine has the address or interface, and may release it. */
final class ClaimedException extends AddressInUseException {
    private static final long serialVersionUID = 1L;

    ClaimedException(String message) {
        super(message);
    }
}
