// SPDX-License-Identifier: Apache-2.0
/**
 * What a bundle sees of CARP: look at virtual hosts ({@link io.carp.CarpEngine}), live on the master only ({@link
 * io.carp.Mastership}), act before the address comes up and after it is gone ({@link io.carp.MastershipHook}), hear of
 * every transition ({@link io.carp.VirtualHostListener}, {@link io.carp.CarpEvents}), and make this node worth less
 * ({@link io.carp.Demotion}).
 *
 * <p>The words are those of carp(4).
 */
@Export
@Version("1.4.0")
@NullMarked
package io.carp;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
