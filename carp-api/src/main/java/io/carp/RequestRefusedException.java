// SPDX-License-Identifier: Apache-2.0
package io.carp;

/**
 * Says why {@link CarpEngine#stepDown} or {@link CarpEngine#takeOver} did not do what somebody asked for: {@link
 * #refusal()} is for a program, the message for a person.
 */
public final class RequestRefusedException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** The reasons. New ones may come with a minor version, so have a default for those you do not know. */
    public enum Refusal {
        /** The virtual host does not run: its settings were refused, or it is being stopped. */
        NOT_RUNNING,
        /** Only a MASTER can step down. */
        NOT_MASTER,
        /** Only a BACKUP can take over. */
        NOT_BACKUP,
        /** The living master would win the addresses back at once. */
        OUTRANKED,
        /** Mastership was lost before the addresses were bound. */
        LOST
    }

    private final Refusal refusal;

    /** @param sentence for a person */
    public RequestRefusedException(Refusal refusal, String sentence) {
        super(sentence);
        this.refusal = refusal;
    }

    /** Which of the reasons it was. */
    public Refusal refusal() {
        return refusal;
    }
}
