// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.protocol.DemotionStyle;
import java.util.Set;

/**
 * In what the other implementations of CARP differ on the wire: as which of them we speak. The same on every node of a
 * group.
 *
 * @param demotionStyle {@code demotionStyle}: how a demotion is said and judged
 */
record Dialect(DemotionStyle demotionStyle) {
    static final Set<String> KEYS = Set.of("demotionStyle");

    static Dialect parse(Values values) throws ConfigurationRefused {
        return new Dialect(demotionStyle(values));
    }

    private static DemotionStyle demotionStyle(Values values) throws ConfigurationRefused {
        String text = values.text("demotionStyle");
        if (text == null || text.equals("advskew")) {
            return DemotionStyle.ADVSKEW;
        }
        if (text.equals("header")) {
            return DemotionStyle.HEADER;
        }
        throw ConfigurationRefused.of(
                "demotionStyle", text, "advskew (FreeBSD, ucarp) or header (OpenBSD), the same on every node");
    }
}
