// SPDX-License-Identifier: Apache-2.0
package io.carp.thread;

import java.util.ArrayList;
import java.util.List;

/** Where somebody is that we called and who does not come back: what of a thread's stack is its own, and whose that is. */
public final class Whereabouts {
    private static final int MOST_FRAMES = 4;
    private static final List<String> JAVA = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

    /** Whoever is between us and the consumer. */
    private static final List<String> BETWEEN =
            List.of("org.osgi.", "org.apache.felix.framework.", "org.apache.felix.scr.", "org.eclipse.osgi.");

    private Whereabouts() {}

    /**
     * In words, such as {@code in java.lang.Object.wait < org.example.Billing.<init>(Billing.java:7)}. Does not block.
     *
     * @param caller the package, or the class, of ours that made the call: what is above it is of no interest
     * @return empty if there is nothing to say
     */
    public static String of(StackTraceElement[] stack, String caller) {
        String waits = waits(stack, caller);
        String at = waits.isEmpty() ? "" : "in " + waits;
        for (StackTraceElement frame : own(stack, caller)) {
            at += (at.isEmpty() ? "at " : " < ") + inWords(frame);
        }
        return at;
    }

    /** The class that was called, as far as {@link #of} names any; else empty. */
    public static String called(StackTraceElement[] stack, String caller) {
        List<StackTraceElement> own = own(stack, caller);
        return own.isEmpty() ? "" : own.get(own.size() - 1).getClassName();
    }

    /** Which method of Java its own code called. */
    private static String waits(StackTraceElement[] stack, String caller) {
        String waits = "";
        for (StackTraceElement frame : stack) {
            if (isOurs(frame, caller) || isOwn(frame)) {
                break;
            }
            if (begins(frame.getClassName(), JAVA)) {
                waits = frame.getClassName() + "." + frame.getMethodName();
            }
        }
        return waits;
    }

    private static List<StackTraceElement> own(StackTraceElement[] stack, String caller) {
        List<StackTraceElement> own = new ArrayList<>();
        for (StackTraceElement frame : stack) {
            if (isOurs(frame, caller)) {
                break; // The rest is how we came to call it.
            }
            if (isOwn(frame) && own.size() < MOST_FRAMES) {
                own.add(frame);
            }
        }
        return own;
    }

    private static boolean isOurs(StackTraceElement frame, String caller) {
        String type = frame.getClassName();
        return type.equals(caller) || type.startsWith(caller + ".");
    }

    private static boolean isOwn(StackTraceElement frame) {
        String type = frame.getClassName();
        return !begins(type, JAVA) && !begins(type, BETWEEN) && !type.contains("$$Lambda");
    }

    private static String inWords(StackTraceElement frame) {
        String file = frame.getFileName() == null ? "" : "(" + frame.getFileName() + ":" + frame.getLineNumber() + ")";
        return frame.getClassName() + "." + frame.getMethodName() + file;
    }

    private static boolean begins(String type, List<String> prefixes) {
        return prefixes.stream().anyMatch(type::startsWith);
    }
}
