// SPDX-License-Identifier: Apache-2.0
/**
 * Each key of a cfg file, described once. What reads the file, what completes it, the forms of web consoles and the
 * tables of the documentation have it from here. Inside of each bundle that needs it.
 */
@NullMarked
package io.carp.keys;

import org.jspecify.annotations.NullMarked;
