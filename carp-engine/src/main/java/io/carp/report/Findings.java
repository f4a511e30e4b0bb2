// SPDX-License-Identifier: Apache-2.0
package io.carp.report;

import io.carp.Finding;
import io.carp.VirtualHost;
import io.carp.consumers.VirtualHostView.FindingView;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * What an operator should look at, one finding for each code. A finding is told when it is new or has changed. Loop
 * thread only.
 */
public final class Findings {
    public static final String ADDRESSES = "addresses";
    public static final String BEFORE_ACTION = "before-action";
    private static final String CONFIGURATION = "configuration";

    private final String origin;
    private final LogAndEvents notices;
    private final Clock wallClock;
    private final Map<String, Finding> present = new LinkedHashMap<>();

    /** @param origin the source of the configuration, for a person: {@code etc/carp.vhost-web.cfg} */
    public Findings(String origin, LogAndEvents notices, Clock wallClock) {
        this.origin = origin;
        this.notices = notices;
        this.wallClock = wallClock;
    }

    /** Adds something that is wrong, and that an operator has to mend. */
    public void fault(String code, String text, Supplier<VirtualHost> host) {
        note(code, text, host, notices::fault);
    }

    /** Adds something that is doubtful, but stops nothing. */
    public void doubt(String code, String text, Supplier<VirtualHost> host) {
        note(code, text, host, notices::doubt);
    }

    /** Sets everything that is doubtful in the configuration now. */
    public void doubts(List<String> warnings, Supplier<VirtualHost> host) {
        if (warnings.isEmpty()) {
            settled(CONFIGURATION);
        } else {
            doubt(CONFIGURATION, String.join("; ", warnings), host);
        }
    }

    private void note(String code, String text, Supplier<VirtualHost> host, BiConsumer<VirtualHost, Finding> tell) {
        Finding before = present.get(code);
        String sentence = origin + ": " + text;
        if (before == null || !before.text().equals(sentence)) {
            Finding finding = new FindingView(code, sentence, wallClock.instant());
            present.put(code, finding);
            tell.accept(host.get(), finding);
        }
    }

    /** @param text empty if nothing is wrong any more */
    public void faultIf(String code, String text, Supplier<VirtualHost> snapshot) {
        if (text.isEmpty()) {
            settled(code);
        } else {
            fault(code, text, snapshot);
        }
    }

    /** @param text empty if nothing is doubtful any more */
    public void doubtIf(String code, String text, Supplier<VirtualHost> snapshot) {
        if (text.isEmpty()) {
            settled(code);
        } else {
            doubt(code, text, snapshot);
        }
    }

    /** Removes a finding, because it is no longer so. */
    public void settled(String code) {
        present.remove(code);
    }

    List<Finding> present() {
        return List.copyOf(present.values());
    }
}
