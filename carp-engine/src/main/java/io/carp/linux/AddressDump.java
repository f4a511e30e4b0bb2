// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

import java.util.List;

/**
 * All addresses of all interfaces, of both families.
 *
 * @param all what the kernel told
 * @param whole whether nothing changed during the dump. If not, each of the addresses is or was there, and others may
 *     be missing
 */
public record AddressDump(List<AddressMessage> all, boolean whole) {}
