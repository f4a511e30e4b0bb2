// SPDX-License-Identifier: Apache-2.0
/**
 * What every plug-in of the engine does, as tests: the author of a transport extends {@link
 * io.carp.testing.contract.TransportContractTest}, that of an address binder {@link
 * io.carp.testing.contract.BinderContractTest}. You bring JUnit 5 yourself.
 */
@Export
@Version("0.1.0")
@NullMarked
package io.carp.testing.contract;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
