// SPDX-License-Identifier: Apache-2.0
/**
 * The two plug-in points of the engine, {@link io.carp.spi.Transport} and {@link io.carp.spi.AddressBinder}, and the
 * one thread they share, {@link io.carp.spi.Loop}. May still change: no foreign plug-in exists yet.
 */
@Export
@Version("0.5.0")
@NullMarked
package io.carp.spi;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
