package io.kafkasend.portal.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.oauth.AccessToken;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.portal.Start;
import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.ApiCall;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.CallEndedException;
import io.kafkasend.portal.settings.Configurations;
import io.kafkasend.protocol.Method;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeExchangeException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryDecisionTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final AccessToken TOKEN = new AccessToken("t", NOW);

    private final Parts parts = new Parts(Map.of("job-timeout-seconds", "60"));
    private RetryDecision judge = judgement(Map.of());

    private static RetryPolicy policy(Map<String, String> settings) {
        return new RetryPolicy(Configurations.with(settings).settings(), Clock.fixed(NOW, ZoneOffset.UTC), () -> 1.0);
    }

    private static RetryDecision judgement(Map<String, String> settings) {
        return new RetryDecision(policy(settings), "api.example.com:443");
    }

    /** A call that has begun. */
    private Exchange begun(Method method) {
        Exchange exchange = parts.exchange(parts.call(Start.of(method).build(), parts.ledger.unsettled()));
        assertThat(judge.another(exchange)).isTrue();
        return exchange;
    }

    private static Exchange answered(Exchange exchange, int status, String retryAfter) {
        BasicClassicHttpResponse response = new BasicClassicHttpResponse(status);
        if (retryAfter != null) {
            response.addHeader("retry-after", retryAfter);
        }
        JobExchange.of(exchange).answer(new ApiAnswer(response));
        return exchange;
    }

    private Exchange failed(Exchange exchange, Throwable failure) throws Exception {
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new RuntimeExchangeException("wrapped", exchange, failure));
        judge.process(exchange);
        return exchange;
    }

    private static Duration pause(Exchange exchange) {
        return JobExchange.of(exchange).call().pause();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 302, 400, 401, 403, 404, 500, 501})
    void anyOtherAnswerStands(int status) {
        assertThat(judge.another(answered(begun(Method.GET), status, null))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 502, 503, 504})
    void whatMayPassIsRepeatedUntilTheAttemptsAreUsedUp(int status) {
        // Given
        Exchange exchange = begun(Method.GET);

        // Then
        assertThat(judge.another(answered(exchange, status, null))).isTrue();
        assertThat(pause(exchange)).isEqualTo(Duration.ofSeconds(1));
        assertThat(JobExchange.of(exchange).answer()).isNull();
        assertThat(judge.another(answered(exchange, status, null))).isTrue();
        assertThat(pause(exchange)).isEqualTo(Duration.ofSeconds(2));
        assertThat(judge.another(answered(exchange, status, null))).isFalse();
        assertThat(JobExchange.of(exchange).answer()).isNotNull();
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void onlyIdempotentMethodsAreRepeatedOnceTheApiMayHaveGotThem(Method method) throws Exception {
        // Given
        boolean idempotent = method != Method.POST && method != Method.PATCH;

        // Then
        assertThat(judge.another(answered(begun(method), 503, null))).isEqualTo(idempotent);
        Exchange broken = begun(method);
        if (idempotent) {
            failed(broken, new NoHttpResponseException("x"));
        } else {
            assertThatThrownBy(() -> failed(broken, new NoHttpResponseException("x")))
                    .isInstanceOf(NoHttpResponseException.class);
        }
        assertThat(judge.another(failed(begun(method), new ConnectException()))).isTrue();
    }

    @Test
    void theOperatorMayHaveThemAllRepeated() {
        // Given
        judge = judgement(Map.of("retry-unsafe", "true"));

        // Then
        assertThat(judge.another(answered(begun(Method.POST), 503, null))).isTrue();
        assertThatCode(() -> failed(begun(Method.PATCH), new IOException())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "5|5",
                "0|0",
                "3600|30",
                "Thu, 01 Jan 2026 00:00:07 GMT|7",
                "Wed, 31 Dec 2025 00:00:00 GMT|0",
                "Fri, 02 Jan 2026 00:00:00 GMT|30",
                "soon|1",
                "-1|1",
                "99999999999999999999|1"
            })
    void theApiMaySayWhen(String retryAfter, int seconds) {
        // Given
        Exchange exchange = begun(Method.GET);

        // When
        judge.another(answered(exchange, 503, retryAfter));

        // Then
        assertThat(pause(exchange)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void nothingIsRepeatedBeyondTheJobsTime() {
        // Given
        judge = judgement(Map.of("retry-max-delay-seconds", "3600"));

        // Then
        assertThat(judge.another(answered(begun(Method.GET), 503, "61"))).isFalse();
    }

    @Test
    void nothingIsRepeatedForAJobThatHasEnded() {
        // Given
        Exchange exchange = begun(Method.GET);
        parts.jobs.end(JobExchange.of(exchange).job());

        // Then
        assertThatThrownBy(() -> failed(exchange, new ConnectException("x"))).isInstanceOf(ConnectException.class);
    }

    @Test
    void nothingIsRepeatedWhileThePortalEnds() {
        // Given
        Exchange exchange = begun(Method.GET);
        JobExchange.of(exchange).call().hurry();

        // Then
        assertThat(judge.another(answered(exchange, 503, null))).isFalse();
        assertThatThrownBy(() -> failed(exchange, new TokenException(TokenException.Kind.UNAVAILABLE, "x")))
                .isInstanceOf(TokenException.class);
    }

    @Test
    void failuresThatDoNotPassAreTheJobsOwn() {
        for (Exception failure : new Exception[] {
            new SocketTimeoutException("x"), new CallEndedException(), new IllegalStateException("x")
        }) {
            assertThatThrownBy(() -> failed(begun(Method.GET), failure)).isSameAs(failure);
        }
    }

    @Test
    void aRefusedTokenIsRenewedOnceAndCostsNoAttempt() {
        // Given
        Exchange exchange = begun(Method.POST);
        JobExchange.of(exchange).token(TOKEN);

        // Then
        assertThat(judge.another(answered(exchange, 401, null))).isTrue();
        ApiCall call = JobExchange.of(exchange).call();
        assertThat(call.refusedToken()).isEqualTo(TOKEN);
        assertThat(call.attempts()).isEqualTo(1);
        assertThat(judge.another(answered(exchange, 401, null))).isFalse();
    }

    @Test
    void anUnavailableTokenServerIsAskedAgainAsLongAsTheJobHasTime() throws Exception {
        // Given
        Exchange exchange = begun(Method.POST);

        // When
        for (int i = 0; i < 20; i++) {
            failed(exchange, new TokenException(TokenException.Kind.UNAVAILABLE, "x"));
            assertThat(judge.another(exchange)).isTrue();
        }

        // Then
        assertThat(pause(exchange)).isEqualTo(Duration.ofSeconds(30));
        assertThat(JobExchange.of(exchange).call().attempts()).isEqualTo(1);
    }

    @Test
    void aTokenServerThatRefusesIsNotAskedAgain() {
        assertThatThrownBy(() -> failed(begun(Method.GET), new TokenException(TokenException.Kind.REJECTED, "x")))
                .isInstanceOf(TokenException.class);
    }

    @Test
    void waitsAreDrawnFromZeroUpwards() {
        // Given
        RetryPolicy least = new RetryPolicy(parts.configuration.settings(), Clock.systemUTC(), () -> 0.0);
        RetryPolicy half = new RetryPolicy(parts.configuration.settings(), Clock.systemUTC(), () -> 0.5);

        // Then
        assertThat(least.delay(5)).isZero();
        assertThat(half.delay(1)).isEqualTo(Duration.ofMillis(500));
        assertThat(half.delay(100)).isEqualTo(Duration.ofSeconds(15));
    }
}
