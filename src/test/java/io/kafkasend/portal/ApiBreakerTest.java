package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.kafkasend.http.InvalidAnswerException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeExchangeException;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;

class ApiBreakerTest {
    private final Parts parts = new Parts(Map.of("breaker-window-calls", "4"));
    private final CircuitBreaker breaker = ApiBreaker.create(parts.configuration);

    private void answers(int status) {
        Exchange exchange = parts.exchange();
        exchange.setProperty(ExchangeKeys.ANSWER, new ApiAnswer(new BasicClassicHttpResponse(status)));
        breaker.onResult(1, TimeUnit.MILLISECONDS, exchange);
    }

    private void fails(Exception failure) {
        breaker.onError(1, TimeUnit.MILLISECONDS, new RuntimeExchangeException("w", parts.exchange(), failure));
    }

    @Test
    void opensWhenHalfOfTheWindowHasFailed() {
        // When
        answers(200);
        answers(200);
        fails(new ConnectException());
        State before = breaker.getState();
        answers(503);

        // Then
        assertThat(before).isEqualTo(State.CLOSED);
        assertThat(breaker.getState()).isEqualTo(State.OPEN);
        assertThat(breaker.tryAcquirePermission()).isFalse();
    }

    @Test
    void whatSaysNothingOfTheApisHealthDoesNotCount() {
        // When
        for (int status : new int[] {400, 401, 403, 404, 409, 422, 429, 500, 501}) {
            answers(status);
        }
        fails(new CallEndedException(new IOException()));
        fails(new InvalidAnswerException("its status is 999"));
        fails(new IllegalStateException());

        // Then
        assertThat(breaker.getState()).isEqualTo(State.CLOSED);
        assertThat(breaker.getMetrics().getNumberOfFailedCalls()).isZero();
    }
}
