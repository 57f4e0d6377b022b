package io.kafkasend.cli;

/** What the process says when it ends; documented in README.md and in each command's help. */
final class ExitCodes {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int API_ERROR = 3;
    static final int TIMED_OUT = 4;

    private ExitCodes() {}
}
