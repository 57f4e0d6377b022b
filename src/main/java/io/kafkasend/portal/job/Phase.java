package io.kafkasend.portal.job;

/** Where a job is. It goes through its phases once and in order, and may leave some out. */
public enum Phase {
    /** Chunks are still coming. */
    ASSEMBLING,
    /** Whole; its call has not begun: it waits for its turn, or is looked at once more on its caller's thread. */
    WAITING,
    /** A token is got and the API is asked, as often as it takes, with the waits in between. */
    CALLING,
    /** The API's answer is on its way to the client. */
    ANSWERING,
    /** The client has its outcome, or will get no other. */
    ENDED
}
