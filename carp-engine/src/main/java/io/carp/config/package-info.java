// SPDX-License-Identifier: Apache-2.0
/**
 * From the map of a cfg file to checked settings: {@link io.carp.config.VirtualHostConfig} for one virtual host, {@link
 * io.carp.config.EngineConfig} for the node. What is wrong is refused with key, value and what is allowed. Nothing here
 * runs, and nobody who runs is known here.
 */
@NullMarked
package io.carp.config;

import org.jspecify.annotations.NullMarked;
