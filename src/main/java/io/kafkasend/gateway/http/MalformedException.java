package io.kafkasend.gateway.http;

import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.Problem;
import org.apache.hc.core5.http.ProtocolException;

/** A request that the gateway does not read to its end: where the next one would begin is not known. */
final class MalformedException extends ProtocolException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    MalformedException(GatewayError error, String detail) {
        super(detail);
        this.problem = Problem.of(error, detail);
    }

    Problem problem() {
        return problem;
    }
}
