package io.kafkasend.bench.soak;

/** How a job has ended. */
public enum Ending {
    /** With the right answer, every byte of it. */
    RIGHT("answered right", false),
    /** With an ERROR that says what the API did. */
    TOLD("told of the API's fault", false),
    /** With an ERROR that asks to try again: there was no room, or the API was left alone. */
    REFUSED("refused, to be tried again", false),
    /** By the client's own wish. */
    CANCELLED("cancelled", false),
    /** With an answer or an ERROR that nothing explains. */
    UNEXPECTED("unexpected", true),
    /** With an answer that is not the API's, or a request that is not the client's. */
    CORRUPT("corrupt", true),
    /** Without any, until its time was over. */
    LOST("lost", true);

    private final String title;
    private final boolean wrong;

    Ending(String title, boolean wrong) {
        this.title = title;
        this.wrong = wrong;
    }

    /** For people. */
    public String title() {
        return title;
    }

    /** Whether there must be none. */
    public boolean wrong() {
        return wrong;
    }
}
