// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/** Where a consumer is that does not come back: what of a thread's stack is its own, and whose that is. */
final class Whereabouts {
    private static final int MOST_FRAMES = 4;
    private static final String OURS = Whereabouts.class.getPackageName() + ".";
    private static final List<String> JAVA = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

    /** Whoever is between us and the consumer. */
    private static final List<String> BETWEEN =
            List.of("org.osgi.", "org.apache.felix.framework.", "org.apache.felix.scr.", "org.eclipse.osgi.");

    private Whereabouts() {}

    /** Such as {@code in java.lang.Object.wait < org.example.Billing.<init>(Billing.java:7), bundle org.example}. */
    static String of(StackTraceElement[] stack, BundleContext context) {
        String waits = "";
        List<StackTraceElement> own = new ArrayList<>();
        for (StackTraceElement frame : stack) {
            String type = frame.getClassName();
            if (type.startsWith(OURS)) {
                break; // The rest is how we came to call it.
            }
            if (begins(type, JAVA)) {
                waits = own.isEmpty() ? type + "." + frame.getMethodName() : waits;
            } else if (!begins(type, BETWEEN) && !type.contains("$$Lambda") && own.size() < MOST_FRAMES) {
                own.add(frame);
            }
        }
        String at = waits.isEmpty() ? "" : "in " + waits;
        for (StackTraceElement frame : own) {
            at += (at.isEmpty() ? "at " : " < ") + inWords(frame);
        }
        return own.isEmpty() ? at : at + owner(own.get(own.size() - 1).getClassName(), context);
    }

    private static String inWords(StackTraceElement frame) {
        String file = frame.getFileName() == null ? "" : "(" + frame.getFileName() + ":" + frame.getLineNumber() + ")";
        return frame.getClassName() + "." + frame.getMethodName() + file;
    }

    private static boolean begins(String type, List<String> prefixes) {
        return prefixes.stream().anyMatch(type::startsWith);
    }

    /** Loads nothing: that could wait for the very one we look for. */
    private static String owner(String type, BundleContext context) {
        String file = type.replace('.', '/') + ".class";
        for (Bundle bundle : context.getBundles()) {
            if (bundle.getBundleId() != 0 && bundle.getEntry(file) != null) {
                return ", bundle " + bundle.getSymbolicName();
            }
        }
        return "";
    }
}
