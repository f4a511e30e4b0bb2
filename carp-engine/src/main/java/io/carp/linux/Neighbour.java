// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/**
 * Another process of this machine that has a {@link Claim}.
 *
 * @param pid its process id as seen from here; 0 if it cannot be seen from here, -1 if it is not known
 * @param user the id of the user it runs as; -1 if that is not known
 * @param place the directory that it calls its home; empty if it has not said
 */
public record Neighbour(int pid, int user, String place) {
    /** As part of a sentence: {@code process 4711 of this machine (/opt/karaf)}. */
    public String inWords() {
        String what = pid > 0
                ? "process " + pid + " of this machine"
                : pid == 0
                        ? "a process of another container of this machine (its process id cannot be seen from here)"
                        : "another process of this machine";
        // A process of root is what an operator expects. One of another user may surprise, so the user is named.
        boolean strange = user > 0 && user != LibC.geteuid();
        String who = strange ? place + (place.isEmpty() ? "" : ", ") + "user " + user : place;
        return who.isEmpty() ? what : what + " (" + who + ")";
    }
}
