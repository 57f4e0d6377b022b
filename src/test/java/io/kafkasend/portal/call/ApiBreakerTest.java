package io.kafkasend.portal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.kafkasend.http.InvalidAnswerException;
import io.kafkasend.portal.Start;
import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.ApiCall;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.CallEndedException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.protocol.Method;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import io.kafkasend.security.address.AddressRefusedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.RuntimeExchangeException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;

class ApiBreakerTest {
    private final Parts parts = new Parts(Map.of("breaker-window-calls", "4"));
    private final ApiBreaker breaker = new ApiBreaker(parts.configuration);
    private final Requester other = new Requester(null, Parts.UNSIGNED::policyNow, "answers-of-another");

    private Throwable call(Requester caller, Processor api) throws Exception {
        Job job = parts.open(Start.of(Method.GET).build(), 0, caller);
        Exchange exchange = parts.exchange(job);
        JobExchange.of(exchange).call(new ApiCall(job.tally()));
        Throwable refused = catchThrowable(() -> breaker.process(exchange));
        if (refused == null) {
            api.process(exchange);
        }
        new ApiBreakerReport(breaker).process(exchange);
        return refused;
    }

    private void answers(Requester caller, int status) throws Exception {
        call(caller, exchange -> JobExchange.of(exchange).answer(new ApiAnswer(new BasicClassicHttpResponse(status))));
    }

    private void fails(Requester caller, Exception failure) throws Exception {
        call(
                caller,
                exchange -> exchange.setProperty(
                        Exchange.EXCEPTION_CAUGHT, new RuntimeExchangeException("w", exchange, failure)));
    }

    private State state(Requester caller) {
        return breaker.of(caller.flow()).getState();
    }

    @Test
    void opensWhenHalfOfTheWindowHasFailed() throws Exception {
        // When
        answers(Parts.UNSIGNED, 200);
        answers(Parts.UNSIGNED, 200);
        fails(Parts.UNSIGNED, new ConnectException());
        State before = state(Parts.UNSIGNED);
        answers(Parts.UNSIGNED, 503);
        Throwable refused = call(Parts.UNSIGNED, exchange -> fail("called"));

        // Then
        assertThat(before).isEqualTo(State.CLOSED);
        assertThat(refused).isInstanceOf(CallNotPermittedException.class);
    }

    @Test
    void callsThatTakeLongOpenNothing() {
        // When
        for (int i = 0; i < 10; i++) {
            breaker.of(Parts.UNSIGNED.flow()).onSuccess(15, TimeUnit.MINUTES);
        }

        // Then
        assertThat(state(Parts.UNSIGNED)).isEqualTo(State.CLOSED);
    }

    @Test
    void oneClientsFailuresStopNobodyElsesCalls() throws Exception {
        // When
        for (int i = 0; i < 10; i++) {
            fails(Parts.UNSIGNED, new SocketException("Broken pipe"));
            answers(other, 200);
        }

        // Then
        assertThat(state(Parts.UNSIGNED)).isEqualTo(State.OPEN);
        assertThat(state(other)).isEqualTo(State.CLOSED);
        assertThat(call(other, exchange -> {})).isNull();
    }

    @Test
    void whatSaysNothingOfTheApisHealthDoesNotCount() throws Exception {
        // When
        for (int status : new int[] {400, 401, 403, 404, 409, 413, 422, 429, 500, 501}) {
            answers(Parts.UNSIGNED, status);
        }
        for (Exception failure : List.of(
                new InvalidAnswerException("its status is 999"),
                new CallEndedException(new IOException()),
                new ConnectionRequestTimeoutException(),
                new AddressRefusedException(new PolicyViolation(Reason.ADDRESS_FORBIDDEN, "it is internal")),
                new IllegalStateException())) {
            fails(Parts.UNSIGNED, failure);
        }

        // Then
        assertThat(state(Parts.UNSIGNED)).isEqualTo(State.CLOSED);
        assertThat(breaker.of(Parts.UNSIGNED.flow()).getMetrics().getNumberOfFailedCalls())
                .isZero();
    }

    @Test
    void whatEndsUnheardLeavesItsPlaceToTheNextTrial() throws Exception {
        // Given
        breaker.of(Parts.UNSIGNED.flow()).transitionToOpenState();
        breaker.of(Parts.UNSIGNED.flow()).transitionToHalfOpenState();

        // When
        for (int i = 0; i < 10; i++) {
            fails(Parts.UNSIGNED, new CallEndedException(new IOException()));
        }
        State before = state(Parts.UNSIGNED);
        for (int i = 0; i < 3; i++) {
            answers(Parts.UNSIGNED, 200);
        }

        // Then
        assertThat(before).isEqualTo(State.HALF_OPEN);
        assertThat(state(Parts.UNSIGNED)).isEqualTo(State.CLOSED);
    }

    @Test
    void aCallIsToldOnceAndOneThatWasRefusedNever() throws Exception {
        // Given
        AtomicInteger told = new AtomicInteger();
        breaker.whenCalled(attempt -> told.incrementAndGet());
        Exchange exchange = parts.exchange(parts.open(Start.of(Method.GET).build(), 0, Parts.UNSIGNED));
        JobExchange.of(exchange).call(new ApiCall(JobExchange.of(exchange).job().tally()));
        Processor report = new ApiBreakerReport(breaker);

        // When
        breaker.process(exchange);
        report.process(exchange);
        report.process(exchange);
        breaker.of(Parts.UNSIGNED.flow()).transitionToOpenState();
        Throwable refused = catchThrowable(() -> breaker.process(exchange));
        report.process(exchange);

        // Then
        assertThat(refused).isInstanceOf(CallNotPermittedException.class);
        assertThat(told).hasValue(1);
    }

    @Test
    void theFailureOfAnEarlierAttemptIsNotTheNextOnes() throws Exception {
        // Given
        Exchange exchange = parts.exchange(parts.open(Start.of(Method.GET).build(), 0, Parts.UNSIGNED));
        JobExchange.of(exchange).call(new ApiCall(JobExchange.of(exchange).job().tally()));
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new ConnectException());

        // When
        breaker.process(exchange);
        new ApiBreakerReport(breaker).process(exchange);

        // Then
        assertThat(breaker.of(Parts.UNSIGNED.flow()).getMetrics().getNumberOfFailedCalls())
                .isZero();
    }
}
