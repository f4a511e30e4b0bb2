// SPDX-License-Identifier: Apache-2.0
package io.carp.itests;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Karaf does to bundles while it installs a feature, according to its log. */
final class FeaturesLog {
    private static final Pattern SAID = Pattern.compile("\\| FeaturesServiceImpl +\\|[^|]*\\|( *)(.*)");
    private static final Set<String> DEEDS =
            Set.of("Stopping bundles:", "Uninstalling bundles:", "Updating bundles:", "Refreshing bundles:");

    private FeaturesLog() {}

    /** Each bundle that is not ours and was stopped, uninstalled, updated or refreshed, with the word for it. */
    static Set<String> touched(String log) {
        Set<String> touched = new TreeSet<>();
        String deed = "";
        Matcher said = SAID.matcher(log);
        while (said.find()) {
            String words = said.group(2).strip();
            if (words.endsWith(":")) {
                deed = DEEDS.contains(words) ? words : "";
            } else if (!deed.isEmpty() && said.group(1).length() > 1 && !words.startsWith("io.carp.")) {
                touched.add(deed.replace(" bundles:", "") + " " + words.split(" ")[0]);
            } else if (said.group(1).length() <= 1) {
                deed = "";
            }
        }
        return touched;
    }
}
