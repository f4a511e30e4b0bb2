// SPDX-License-Identifier: Apache-2.0
/**
 * What an operator and other bundles learn of a virtual host: {@link io.carp.report.StatusReport} on demand, {@link
 * io.carp.report.Findings} while something is wrong, {@link io.carp.report.LogAndEvents} when something happens.
 */
@NullMarked
package io.carp.report;

import org.jspecify.annotations.NullMarked;
