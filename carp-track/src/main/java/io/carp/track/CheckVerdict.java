// SPDX-License-Identifier: Apache-2.0
package io.carp.track;

/** The verdict on a thing after some results. For one thread at a time. */
final class CheckVerdict {
    enum State {
        /** The thing has not been checked yet. The first result decides by itself, as with keepalived. */
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
