package io.kafkasend.portal.report;

/** What is to become of an {@link Outgoing}. */
enum NextAttempt {
    /** It is to be sent. */
    SEND,
    /** It is to be sent again, after a while. */
    AGAIN,
    /** It is to be sent again at once, in a shorter form. */
    REDUCED,
    /** It is not sent any more. */
    GIVEN_UP
}
