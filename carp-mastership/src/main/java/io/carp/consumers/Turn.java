// SPDX-License-Identifier: Apache-2.0
package io.carp.consumers;

/** What one worker has been told to do: on which thread, whom it is calling, whether anybody still waits for it. Any thread. */
final class Turn {
    private final Thread thread = Thread.currentThread();
    private String who = "";
    private boolean interruptible;
    private boolean givenUp;

    /** @param mayBeInterrupted not if it would be left half-way up, or half-way down */
    synchronized void begin(String called, boolean mayBeInterrupted) {
        who = called;
        interruptible = mayBeInterrupted;
    }

    synchronized void end() {
        who = "";
        Thread.interrupted(); // An interrupt that came too late is not for the next task of this thread.
    }

    /** Its time is over. */
    synchronized String overran() {
        if (!who.isEmpty() && interruptible) {
            thread.interrupt();
        }
        return who;
    }

    /** @return whether somebody is being called; else it goes on as if nobody had asked */
    synchronized boolean giveUp() {
        if (who.isEmpty()) {
            return false;
        }
        givenUp = true;
        return true;
    }

    synchronized boolean isGivenUp() {
        return givenUp;
    }

    /** Who is being called; empty for nobody. */
    synchronized String who() {
        return who;
    }

    StackTraceElement[] stack() {
        return thread.getStackTrace();
    }
}
