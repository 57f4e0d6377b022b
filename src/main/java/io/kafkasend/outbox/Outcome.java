package io.kafkasend.outbox;

/**
 * How a file's request has ended. Immutable.
 *
 * @param answered whether the API has answered, well or not
 * @param head the answer's status line and headers, a line each; empty where there is none
 * @param reason why the file is in the folder of what failed, in lines for a reader; empty for what is done
 */
record Outcome(boolean answered, String head, String reason) {
    /** Whether the file is done. */
    boolean isDone() {
        return reason.isEmpty();
    }
}
