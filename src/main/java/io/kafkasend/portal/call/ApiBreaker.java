package io.kafkasend.portal.call;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.RetrySettings;
import io.kafkasend.http.InvalidAnswerException;
import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.CallEndedException;
import io.kafkasend.portal.failure.CallFailure;
import io.kafkasend.portal.requester.Flow;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.security.address.AddressRefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The step {@code ask-breaker} before the call: a circuit breaker for each {@link Flow}, so that a client whose calls fail by what
 * they are stops nobody else's; of an API that is not well, each learns by its own. What counts is what says that the API is ill:
 * of answers 502, 503 and 504, of failures those of the network. {@link ApiBreakerReport} tells it. Thread-safe.
 *
 * <p>Camel's own circuit breaker has one for all, and works on a copy of the exchange, which ends before the answer is read. A
 * policy around the call would do, but editors draw no step inside a policy.
 */
public final class ApiBreaker implements Processor {
    private static final Logger LOG = LoggerFactory.getLogger(ApiBreaker.class);
    /** Before so many calls the share of failures says little. */
    private static final int LEAST_CALLS = 10;
    /** How many calls try whether the API is back. */
    private static final int TRIALS = 3;

    private final CircuitBreakerConfig rules;
    /** As many as there are keys and reply topics. */
    private final Map<Flow, CircuitBreaker> breakers = new ConcurrentHashMap<>();

    private final List<Consumer<ApiAttempt>> whenCalled = new CopyOnWriteArrayList<>();

    /**
     * @param configuration when a breaker opens, and for how long
     */
    public ApiBreaker(PortalConfiguration configuration) {
        PortalSettings settings = configuration.settings();
        int window = settings.get(RetrySettings.BREAKER_WINDOW_CALLS);
        this.rules = CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(window)
                .minimumNumberOfCalls(Math.min(window, LEAST_CALLS))
                .failureRateThreshold(settings.get(RetrySettings.BREAKER_FAILURE_PERCENT))
                .waitDurationInOpenState(Duration.ofSeconds(settings.get(RetrySettings.BREAKER_OPEN_SECONDS)))
                .slowCallDurationThreshold(Duration.ofNanos(Long.MAX_VALUE)) // or calls of a minute would open it
                .permittedNumberOfCallsInHalfOpenState(Math.min(window, TRIALS))
                .writableStackTraceEnabled(false)
                .recordResult(ApiBreaker::isUnavailable)
                .recordException(ApiBreaker::isFailure)
                .ignoreException(ApiBreaker::isOurs)
                .build();
    }

    /** Registers what hears, on the caller's thread, of each request to the API. */
    public void whenCalled(Consumer<ApiAttempt> listener) {
        whenCalled.add(listener);
    }

    /** For how many clients the breaker is in this state. */
    public long in(CircuitBreaker.State state) {
        return breakers.values().stream()
                .filter(breaker -> breaker.getState() == state)
                .count();
    }

    /** For how many clients the API is left alone now, or tried again. */
    public long notClosed() {
        return breakers.size() - in(CircuitBreaker.State.CLOSED);
    }

    /** Fails with {@link CallNotPermittedException}, and nobody is called, while the API is left alone. */
    @Override
    public void process(Exchange exchange) {
        CircuitBreaker breaker = of(JobExchange.of(exchange).job().flow());
        breaker.acquirePermission();
        // What an earlier attempt left there is no failure of this one.
        exchange.removeProperty(ExchangePropertyKey.EXCEPTION_CAUGHT);
        JobExchange.of(exchange).call().asked(breaker.getCurrentTimestamp());
    }

    /** Hears how a call ended, once; nothing where none was begun. */
    void tell(Exchange exchange) {
        OptionalLong asked = JobExchange.of(exchange).call().takeAsked();
        if (asked.isEmpty()) {
            return;
        }
        CircuitBreaker breaker = of(JobExchange.of(exchange).job().flow());
        long lasted = breaker.getCurrentTimestamp() - asked.getAsLong();
        Throwable failure = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class);
        if (failure == null) {
            breaker.onResult(lasted, breaker.getTimestampUnit(), exchange);
            show(exchange, breaker.getTimestampUnit().toNanos(lasted), null);
        } else {
            Throwable cause = CallFailure.unwrapped(failure);
            breaker.onError(lasted, breaker.getTimestampUnit(), cause);
            show(exchange, breaker.getTimestampUnit().toNanos(lasted), cause);
        }
    }

    private void show(Exchange exchange, long nanos, Throwable failure) {
        ApiAnswer answer = failure == null ? JobExchange.of(exchange).answer() : null;
        ApiAttempt attempt = new ApiAttempt(
                JobExchange.of(exchange).job(),
                answer == null ? OptionalInt.empty() : OptionalInt.of(answer.status()),
                Optional.ofNullable(failure),
                Duration.ofNanos(nanos),
                sight(exchange, failure));
        whenCalled.forEach(listener -> listener.accept(attempt));
    }

    private static Optional<ApiSight> sight(Exchange exchange, Throwable failure) {
        if (failure == null) {
            return Optional.of(isUnavailable(exchange) ? ApiSight.UNAVAILABLE : ApiSight.ANSWERED);
        }
        return isFailure(failure) && !isOurs(failure) ? Optional.of(ApiSight.UNREACHABLE) : Optional.empty();
    }

    /** The breaker of a flow, which is there from its first call on. */
    CircuitBreaker of(Flow flow) {
        return breakers.computeIfAbsent(flow, this::made);
    }

    private CircuitBreaker made(Flow flow) {
        CircuitBreaker breaker = CircuitBreaker.of("api", rules);
        breaker.getEventPublisher().onStateTransition(event -> LOG.atWarn()
                .addKeyValue("client", flow.signed() ? flow.name() : "none")
                .addKeyValue("from", event.getStateTransition().getFromState())
                .addKeyValue("to", event.getStateTransition().getToState())
                .log("the API's circuit breaker has changed"));
        return breaker;
    }

    private static boolean isUnavailable(Object result) {
        ApiAnswer answer =
                result instanceof Exchange exchange ? JobExchange.of(exchange).answer() : null;
        return answer != null && answer.saysUnavailable();
    }

    private static boolean isFailure(Throwable failure) {
        return failure instanceof IOException
                && !(failure instanceof InvalidAnswerException); // the API is there, and does answer
    }

    /** What the portal itself ended, held up or refused says nothing of the API. */
    private static boolean isOurs(Throwable failure) {
        return failure instanceof CallEndedException
                || failure instanceof ConnectionRequestTimeoutException
                || failure instanceof AddressRefusedException;
    }
}
