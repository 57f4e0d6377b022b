package io.kafkasend.portal;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.http.InvalidAnswerException;
import java.io.IOException;
import java.time.Duration;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the circuit breaker around the API. A bean, since the EIP's own options cannot say what counts: of answers 502, 503
 * and 504, of failures those of the network, but for calls that the portal ended itself. Lists of exceptions there would,
 * moreover, hide every other exception (Camel 4.18 clears it).
 */
public final class ApiBreaker {
    private static final Logger LOG = LoggerFactory.getLogger(ApiBreaker.class);
    /** Before so many calls the share of failures says little. */
    private static final int LEAST_CALLS = 10;
    /** How many calls try whether the API is back. */
    private static final int TRIALS = 3;

    private ApiBreaker() {}

    /**
     * The breaker, closed.
     *
     * @param configuration when it opens, and for how long
     */
    public static CircuitBreaker create(PortalConfiguration configuration) {
        PortalSettings settings = configuration.settings();
        int window = settings.get(PortalSettings.BREAKER_WINDOW_CALLS);
        CircuitBreaker breaker = CircuitBreaker.of(
                "api",
                CircuitBreakerConfig.custom()
                        .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(window)
                        .minimumNumberOfCalls(Math.min(window, LEAST_CALLS))
                        .failureRateThreshold(settings.get(PortalSettings.BREAKER_FAILURE_PERCENT))
                        .waitDurationInOpenState(Duration.ofSeconds(settings.get(PortalSettings.BREAKER_OPEN_SECONDS)))
                        .permittedNumberOfCallsInHalfOpenState(Math.min(window, TRIALS))
                        .writableStackTraceEnabled(false)
                        .recordResult(ApiBreaker::isUnavailable)
                        .recordException(ApiBreaker::isFailure)
                        .build());
        breaker.getEventPublisher().onStateTransition(event -> LOG.atWarn()
                .addKeyValue("from", event.getStateTransition().getFromState())
                .addKeyValue("to", event.getStateTransition().getToState())
                .log("the API's circuit breaker has changed"));
        return breaker;
    }

    private static boolean isUnavailable(Object result) {
        ApiAnswer answer =
                result instanceof Exchange exchange ? exchange.getProperty(ExchangeKeys.ANSWER, ApiAnswer.class) : null;
        return answer != null && answer.saysUnavailable();
    }

    private static boolean isFailure(Throwable thrown) {
        Throwable failure = CallFailure.unwrapped(thrown);
        return failure instanceof IOException
                && !(failure instanceof CallEndedException)
                && !(failure instanceof InvalidAnswerException); // the API is there, and does answer
    }
}
