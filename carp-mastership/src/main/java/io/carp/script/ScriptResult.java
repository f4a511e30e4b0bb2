// SPDX-License-Identifier: Apache-2.0
package io.carp.script;

/**
 * How a script ended.
 *
 * @param exitCode 0..255; it has no meaning if the script was killed
 * @param killed whether it was killed because it took too long
 * @param output the beginning of what it printed, as one line
 */
public record ScriptResult(int exitCode, boolean killed, String output) {
    /** Whether it ended by itself, with the exit code 0. */
    public boolean succeeded() {
        return !killed && exitCode == 0;
    }

    /** Such as {@code exit code 1: no such device}. */
    @Override
    public String toString() {
        return (killed ? "killed, it took too long" : "exit code " + exitCode)
                + (output.isEmpty() ? "" : ": " + output);
    }
}
