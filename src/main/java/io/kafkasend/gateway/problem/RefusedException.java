package io.kafkasend.gateway.problem;

/** A request that the gateway does not pass on, or cannot. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    /**
     * @param error what it is
     * @param detail what of the request, in one line that repeats no secret
     */
    public RefusedException(GatewayError error, String detail) {
        super(detail);
        this.problem = Problem.of(error, detail);
    }

    /** @param problem what the caller is told */
    public RefusedException(Problem problem) {
        super(problem.detail());
        this.problem = problem;
    }

    /** What the caller is told. */
    public Problem problem() {
        return problem;
    }
}
