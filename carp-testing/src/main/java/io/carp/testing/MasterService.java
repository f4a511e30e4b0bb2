// SPDX-License-Identifier: Apache-2.0
package io.carp.testing;

import io.carp.Mastership;
import org.osgi.service.condition.Condition;

/** One object under both names, as the real engine registers it. */
final class MasterService implements Mastership, Condition {}
