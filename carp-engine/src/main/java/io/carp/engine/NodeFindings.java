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

/** What is wrong with this node rather than with one of its virtual hosts. Any thread but the loop may call. */
final class NodeFindings {
    private static final String CONFIGURATION = "configuration";

    private final BundleContext context;
    private final LogAndEvents notices;
    private final Clock clock;
    /** The findings that stand, by the file that was refused or else by the code. */
    private final Map<String, Finding> standing = new ConcurrentSkipListMap<>();

    private record Snapshot(String code, String text, Instant since) implements Finding {}

    NodeFindings(BundleContext context, LogAndEvents notices, Clock clock) {
        this.context = context;
        this.notices = notices;
        this.clock = clock;
    }

    /** Takes note that a file was refused, and logs it. */
    void refused(String file, String why) {
        String sentence = file + ": " + why;
        notices.error("carp: " + sentence);
        standing.put(file, finding(CONFIGURATION, sentence));
    }

    /** Takes note of anything else that a person should look at, and logs it. */
    void doubt(String code, String sentence) {
        notices.warn("carp: " + sentence);
        standing.put(code, finding(code, sentence));
    }

    /** Whether exactly that does not stand yet. */
    boolean isNew(String code, String sentence) {
        Finding present = standing.get(code);
        return present == null || !present.text().equals(sentence);
    }

    /** Takes note of what a person should look at, if the caller logs it. */
    void present(String code, String sentence) {
        standing.put(code, finding(code, sentence));
    }

    /** Forgets the finding about this file or with this code, since its cause is gone. */
    void settled(String fileOrCode) {
        standing.remove(fileOrCode);
    }

    /** The findings of now. It looks at the files in etc, so it may block. */
    List<Finding> all() {
        List<Finding> all = new ArrayList<>(standing.values());
        String etc = System.getProperty("karaf.etc");
        if (etc != null) {
            StrayFiles.in(Path.of(etc)).forEach(sentence -> all.add(finding(CONFIGURATION, sentence)));
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

    private Finding finding(String code, String sentence) {
        return new Snapshot(code, sentence, clock.instant());
    }
}
