// SPDX-License-Identifier: Apache-2.0
/**
 * {@link io.carp.testing.FakeCarpEngine}: mastership at the push of a method, for the tests of bundles that use CARP.
 */
@Export
@Version("0.1.0")
@NullMarked
package io.carp.testing;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
