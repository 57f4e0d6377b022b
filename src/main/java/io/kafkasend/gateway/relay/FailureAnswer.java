package io.kafkasend.gateway.relay;

import io.kafkasend.client.ClientException;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.Problem;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.security.Printable;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The step {@code explain}: a failure of another step as a problem document. Thread-safe. */
public final class FailureAnswer implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(FailureAnswer.class);
    private static final int MOST = 500;

    @Override
    public void process(Exchange exchange) {
        HttpCall call = HttpCall.of(exchange);
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        call.answer(problem(call, failure));
    }

    private static Problem problem(HttpCall call, Throwable failure) {
        if (failure instanceof RefusedException refused) {
            return refused.problem();
        }
        if (failure instanceof ClientException known) {
            Problem problem = Problem.of(known);
            if (problem.code().equals(GatewayError.KAFKA_UNAVAILABLE.name())
                    || problem.code().equals(GatewayError.GATEWAY_FAILED.name())) {
                say(LOG.atWarn(), call, problem.detail());
            }
            return problem;
        }
        say(LOG.atError(), call, String.valueOf(failure));
        return Problem.of(GatewayError.GATEWAY_FAILED, "the gateway could not go on; its log says why");
    }

    private static void say(LoggingEventBuilder line, HttpCall call, String reason) {
        line.addKeyValue("job_id", call.jobId())
                .addKeyValue("reason", Printable.of(reason, MOST))
                .log("a request has no answer");
    }
}
