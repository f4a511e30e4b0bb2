// SPDX-License-Identifier: Apache-2.0
package io.carp.engine;

import io.carp.Finding;
import io.carp.config.StrayFiles;
import io.carp.report.LogAndEvents;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/** What is wrong with this node and not with one of its virtual hosts. Any thread but the loop. */
final class NodeFindings {
    private static final String CONFIGURATION = "configuration";

    private final BundleContext context;
    private final LogAndEvents notices;
    private final Clock clock;
    private final Map<String, Finding> refused = new ConcurrentSkipListMap<>();

    private record Snapshot(String code, String text, Instant since) implements Finding {}

    NodeFindings(BundleContext context, LogAndEvents notices, Clock clock) {
        this.context = context;
        this.notices = notices;
        this.clock = clock;
    }

    /** A file was refused; logged, too. */
    void refused(String file, String why) {
        String sentence = file + ": " + why;
        notices.error("carp: " + sentence);
        refused.put(file, finding(sentence));
    }

    /** It is all right, or gone. */
    void settled(String file) {
        refused.remove(file);
    }

    /** What there is now; the files in etc are looked at for that. */
    List<Finding> all() {
        List<Finding> all = new ArrayList<>(refused.values());
        String etc = System.getProperty("karaf.etc");
        if (etc != null) {
            StrayFiles.in(Path.of(etc)).forEach(sentence -> all.add(finding(sentence)));
        }
        try {
            for (ServiceReference<Finding> reference : context.getServiceReferences(Finding.class, null)) {
                Finding finding = context.getService(reference);
                if (finding != null) {
                    all.add(new Snapshot(finding.code(), finding.text(), finding.since()));
                    context.ungetService(reference);
                }
            }
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("there is no filter", e);
        }
        return List.copyOf(all);
    }

    private Finding finding(String sentence) {
        return new Snapshot(CONFIGURATION, sentence, clock.instant());
    }
}
