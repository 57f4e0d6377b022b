package io.kafkasend.gateway.relay;

import io.kafkasend.client.ClientException;
import io.kafkasend.gateway.http.HttpCall;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.Problem;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.security.Printable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** The step {@code explain}: a failure of another step as a problem document. Thread-safe. */
public final class FailureAnswer implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(FailureAnswer.class);
    private static final int MOST = 500;
    private static final long NEWS_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final AtomicLong toldAt = new AtomicLong();

    @Override
    public void process(Exchange exchange) {
        HttpCall call = HttpCall.of(exchange);
        Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        call.answer(problem(call, failure));
    }

    private Problem problem(HttpCall call, Throwable failure) {
        if (failure instanceof RefusedException refused) {
            return refused.problem();
        }
        if (failure instanceof ClientException known) {
            Problem problem = Problem.of(known);
            if (problem.code().equals(GatewayError.KAFKA_UNAVAILABLE.name()) && isNews()
                    || problem.code().equals(GatewayError.GATEWAY_FAILED.name())) {
                say(LOG.atWarn(), call, problem.detail());
            }
            return problem;
        }
        say(LOG.atError(), call, String.valueOf(failure));
        return Problem.of(GatewayError.GATEWAY_FAILED, "the gateway could not go on; its log says why");
    }

    /** While Kafka is away all requests fail of one cause, which is said now and then; the access log has each with its code. */
    private boolean isNews() {
        long now = System.nanoTime() | 1;
        long last = toldAt.get();
        return (last == 0 || now - last > NEWS_NANOS) && toldAt.compareAndSet(last, now);
    }

    private static void say(LoggingEventBuilder line, HttpCall call, String reason) {
        line.addKeyValue("job_id", call.jobId())
                .addKeyValue("reason", Printable.of(reason, MOST))
                .log("a request has no answer");
    }
}
