// SPDX-License-Identifier: Apache-2.0
package io.carp.linux;

/**
 * Another process of this machine that has a {@link Claim}.
 *
 * @param pid its process id as it is seen from here; 0 if it cannot be seen from here, -1 if it is not known
 * @param user the user it runs as, or -1
 * @param place where it says it is at home; empty if it has not said
 */
public record Neighbour(int pid, int user, String place) {
    /** In a sentence: {@code process 4711 of this machine (/opt/karaf)}. */
    public String inWords() {
        String what = pid > 0
                ? "process " + pid + " of this machine"
                : pid == 0
                        ? "a process of another container of this machine (its process id cannot be seen from here)"
                        : "another process of this machine";
        // Root's may be anybody's for us; of anybody else's an operator may not think.
        boolean strange = user > 0 && user != LibC.geteuid();
        String who = strange ? place + (place.isEmpty() ? "" : ", ") + "user " + user : place;
        return who.isEmpty() ? what : what + " (" + who + ")";
    }
}
