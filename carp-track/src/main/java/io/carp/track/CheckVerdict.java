// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

/** What to think of a thing after some results. Not for two threads at once. */
final class CheckVerdict {
    enum State {
        /** Not asked yet. The first result decides by itself, as with keepalived. */
        UNKNOWN,
        FINE,
        MISSING
    }

    private final int rise;
    private final int fall;
    private State state;
    private int contradictions;

    /**
     * A verdict to begin with.
     *
     * @param rise how many good results in a row undo {@link State#MISSING}
     * @param fall how many bad results in a row undo {@link State#FINE}
     */
    CheckVerdict(State state, int rise, int fall) {
        this.state = state;
        this.rise = rise;
        this.fall = fall;
    }

    State state() {
        return state;
    }

    /** Takes a result into account. Returns whether it changed the verdict. */
    boolean changesWith(boolean good) {
        State heard = good ? State.FINE : State.MISSING;
        if (heard == state) {
            contradictions = 0;
            return false;
        }
        contradictions++;
        if (state != State.UNKNOWN && contradictions < (good ? rise : fall)) {
            return false;
        }
        state = heard;
        contradictions = 0;
        return true;
    }
}
