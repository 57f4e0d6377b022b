package io.kafkasend.oauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.kafkasend.oauth.TokenException.Kind;
import io.kafkasend.oauth.TokenServer.Answer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Caching, single flight, renewal and back-off, against real HTTP and a clock that the test sets. */
@Timeout(60)
class ClientCredentialsTokensTest {

    private static final int CROWD = 100;

    private final TokenServer server = new TokenServer();
    private final SetClock clock = new SetClock();
    private final ExecutorService crowd = Executors.newCachedThreadPool();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final ClientCredentialsTokens tokens =
            new ClientCredentialsTokens(server.credentials(), clock, new TokenTransport());

    @AfterEach
    void stop() {
        gate.countDown();
        crowd.shutdownNow();
        server.close();
    }

    /** Answers that come only when the gate opens. */
    private IntFunction<Answer> gated(IntFunction<Answer> answers) {
        return number -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return answers.apply(number);
        };
    }

    /** Lets a hundred threads do the same at the same moment; all have begun when this returns. */
    private <T> List<Future<T>> everybody(Callable<T> task) throws Exception {
        CyclicBarrier start = new CyclicBarrier(CROWD + 1);
        List<Future<T>> all = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            all.add(crowd.submit(() -> {
                start.await();
                return task.call();
            }));
        }
        start.await();
        return all;
    }

    private TokenException failure() {
        return catchThrowableOfType(TokenException.class, tokens::current);
    }

    // --- cache

    @Test
    void asksForNothingBeforeItIsAsked() {
        // When // Then
        assertThat(server.count()).isZero();
    }

    @Test
    void keepsATokenWhileItIsFresh() throws Exception {
        // Given
        AccessToken first = tokens.current();

        // When
        clock.move(Duration.ofSeconds(3600 - 60).minusMillis(1));
        AccessToken later = tokens.current();

        // Then
        assertThat(later).isSameAs(first);
        assertThat(server.count()).isEqualTo(1);
    }

    @Test
    void worksWithTheSystemClockToo() throws Exception {
        // Given
        AccessTokens plain = new ClientCredentialsTokens(server.credentials());

        // When
        AccessToken first = plain.current();

        // Then
        assertThat(plain.current()).isSameAs(first);
        assertThat(server.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "3600, 3540000", // a minute before the end
        "600, 540000",
        "100, 90000", // a tenth of the lifetime before it
        "1, 900",
        "null, 270000", // no expires_in: 300 s
        "99999999999, 86340000", // too long: 24 h
    })
    void renewsBeforeTheEnd(String expiresIn, long renewedAfterMillis) throws Exception {
        // Given
        server.answers(number -> Answer.token("token-" + number, expiresIn));
        tokens.current();

        // When
        clock.move(Duration.ofMillis(renewedAfterMillis - 1));
        AccessToken before = tokens.current();
        clock.move(Duration.ofMillis(1));
        AccessToken after = tokens.current();

        // Then
        assertThat(before.value()).isEqualTo("token-1");
        assertThat(after.value()).isEqualTo("token-2");
        assertThat(server.count()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -5})
    void usesATokenWithoutLifetimeOnceAndDoesNotLoop(int expiresIn) throws Exception {
        // Given
        server.answers(number -> Answer.token("token-" + number, expiresIn));

        // When
        AccessToken first = tokens.current();
        int requestsForOne = server.count();
        AccessToken second = tokens.current();

        // Then
        assertThat(first.value()).isEqualTo("token-1");
        assertThat(requestsForOne).isEqualTo(1);
        assertThat(second.value()).isEqualTo("token-2");
        assertThat(server.count()).isEqualTo(2);
    }

    @Test
    void trustsNoTokenFromTheFuture() throws Exception {
        // Given
        tokens.current();

        // When
        clock.move(Duration.ofDays(-1));

        // Then
        assertThat(tokens.current().value()).isEqualTo("token-2");
    }

    // --- single flight

    @Test
    void makesOneRequestForAHundredCallersOnAColdCache() throws Exception {
        // Given
        server.answers(gated(number -> Answer.token("token-" + number, 3600)));

        // When
        List<Future<AccessToken>> all = everybody(tokens::current);
        await().until(() -> server.count() == 1);
        gate.countDown();

        // Then
        for (Future<AccessToken> one : all) {
            assertThat(one.get().value()).isEqualTo("token-1");
        }
        assertThat(server.count()).isEqualTo(1);
    }

    @Test
    void renewsOnceWhenAHundredCallsWereRefusedWithTheSameToken() throws Exception {
        // Given
        AccessToken rejected = tokens.current();

        // When
        List<Future<AccessToken>> all = everybody(() -> tokens.renew(rejected));

        // Then
        for (Future<AccessToken> one : all) {
            assertThat(one.get().value()).isEqualTo("token-2");
        }
        assertThat(server.count()).isEqualTo(2);
    }

    @Test
    void leavesANewerTokenAlone() throws Exception {
        // Given
        AccessToken old = tokens.current();
        AccessToken newer = tokens.renew(old);

        // When
        AccessToken again = tokens.renew(old);

        // Then
        assertThat(again).isSameAs(newer);
        assertThat(tokens.current()).isSameAs(newer);
        assertThat(server.count()).isEqualTo(2);
    }

    @Test
    void renewsEachTokenThatIsRefused() throws Exception {
        // When
        AccessToken third = tokens.renew(tokens.renew(tokens.current()));

        // Then
        assertThat(third.value()).isEqualTo("token-3");
        assertThat(server.count()).isEqualTo(3);
    }

    @Test
    void doesNotHammerAServerThatInsistsOnARefusedToken() throws Exception {
        // Given
        server.answers(Answer.token("always-the-same", 3600));
        AccessToken rejected = tokens.current();

        // When
        for (int i = 0; i < CROWD; i++) {
            assertThat(tokens.renew(rejected).value()).isEqualTo("always-the-same");
        }
        int soon = server.count();
        clock.move(ClientCredentialsTokens.REFUSAL_BACK_OFF);
        tokens.renew(rejected);

        // Then
        assertThat(soon).isEqualTo(2);
        assertThat(server.count()).isEqualTo(3);
    }

    @Test
    void letsAnInterruptedCallerGoWithoutTheOthers() throws Exception {
        // Given
        server.answers(gated(number -> Answer.token("token-" + number, 3600)));
        Future<AccessToken> patient = crowd.submit(tokens::current);
        await().until(() -> server.count() == 1);

        // When
        Thread.currentThread().interrupt();
        TokenException failure = failure();

        // Then
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(failure).hasMessageEndingWith(": interrupted while waiting for a token");
        gate.countDown();
        assertThat(patient.get().value()).isEqualTo("token-1");
        assertThat(server.count()).isEqualTo(1);
    }

    // --- failures

    @Test
    void sharesAFailureAmongThoseWhoWaited() throws Exception {
        // Given
        server.answers(gated(number -> Answer.error(503, "temporarily_unavailable")));

        // When
        List<Future<AccessToken>> all = everybody(tokens::current);
        await().until(() -> server.count() == 1);
        gate.countDown();

        // Then
        for (Future<AccessToken> one : all) {
            assertThatThrownBy(one::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(TokenException.class)
                    .hasMessageEndingWith(": answered 503");
        }
        assertThat(server.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"503, UNAVAILABLE, 1000", "401, REJECTED, 10000", "302, MALFORMED, 10000"})
    void leavesTheServerAloneAfterAFailureAndThenAsksAgain(int status, Kind kind, long millis) throws Exception {
        // Given
        server.answers(
                number -> number == 1 ? Answer.error(status, "invalid_client") : Answer.token("token-" + number, 60));
        TokenException first = failure();

        // When
        clock.move(Duration.ofMillis(millis - 1));
        TokenException second = failure();
        int during = server.count();
        clock.move(Duration.ofMillis(1));
        AccessToken token = tokens.current();

        // Then
        assertThat(first.kind()).isEqualTo(kind);
        assertThat(second).isNotSameAs(first).hasMessage(first.getMessage());
        assertThat(second.kind()).isEqualTo(kind);
        assertThat(during).isEqualTo(1);
        assertThat(token.value()).isEqualTo("token-2");
    }

    @Test
    void leavesAServerAloneForLongerEachTimeItIsUnavailable() {
        // Given
        server.answers(Answer.error(503, "temporarily_unavailable"));
        List<Integer> requests = new ArrayList<>();

        // When
        for (int second = 0; second < 40; second++) {
            int before = server.count();
            for (int caller = 0; caller < CROWD; caller++) {
                failure();
            }
            if (server.count() > before) {
                requests.add(second);
            }
            clock.move(Duration.ofSeconds(1));
        }

        // Then
        assertThat(requests).containsExactly(0, 1, 3, 7, 15, 25, 35);
        assertThat(server.count()).isEqualTo(7);
    }

    @Test
    void beginsWithTheShortBackOffAgainAfterASuccess() throws Exception {
        // Given
        server.answers(
                number -> number == 3 ? Answer.token("token-3", 0) : Answer.error(503, "temporarily_unavailable"));
        failure();
        clock.move(ClientCredentialsTokens.BACK_OFF);
        failure();
        clock.move(ClientCredentialsTokens.BACK_OFF.multipliedBy(2));
        tokens.current();

        // When
        failure();
        clock.move(ClientCredentialsTokens.BACK_OFF);
        failure();

        // Then
        assertThat(server.count()).isEqualTo(5);
    }

    @Test
    void asksOnceForAHundredCallersWithBadCredentials() throws Exception {
        // Given
        server.answers(Answer.error(401, "invalid_client"));

        // When
        List<Future<TokenException>> all = everybody(this::failure);

        // Then
        for (Future<TokenException> one : all) {
            assertThat(one.get().kind()).isEqualTo(Kind.REJECTED);
        }
        assertThat(server.count()).isEqualTo(1);
    }

    @Test
    void endsTheBackOffWhenTheClockJumpsBack() {
        // Given
        server.answers(Answer.error(401, "invalid_client"));
        failure();

        // When
        clock.move(Duration.ofHours(-1));
        failure();

        // Then
        assertThat(server.count()).isEqualTo(2);
    }

    @Test
    void goesOnWithAValidTokenWhileTheServerIsDown() throws Exception {
        // Given
        server.answers(number -> number == 1 ? Answer.token("token-1", 3600) : Answer.error(500, "server_error"));
        AccessToken first = tokens.current();

        // When
        clock.move(Duration.ofSeconds(3550));
        AccessToken afterFailedRenewal = tokens.current();
        AccessToken duringBackOff = tokens.current();
        int requests = server.count();
        clock.move(Duration.ofSeconds(50));

        // Then
        assertThat(afterFailedRenewal).isSameAs(first);
        assertThat(duringBackOff).isSameAs(first);
        assertThat(requests).isEqualTo(2);
        assertThat(failure()).hasMessageEndingWith(": answered 500");
    }

    @Test
    void goesOnWithAValidTokenWhileTheServerHangs() throws Exception {
        // Given
        AccessToken first = tokens.current();
        server.answers(gated(number -> Answer.token("token-" + number, 3600)));

        // When
        clock.move(Duration.ofSeconds(3550));
        AccessToken meanwhile = tokens.current();
        gate.countDown();

        // Then
        assertThat(meanwhile).isSameAs(first);
        await().until(() -> tokens.current().value().equals("token-2"));
        assertThat(server.count()).isEqualTo(2);
    }

    @Test
    void doesNotGoOnWithATokenThatEndedWhileItWaited() throws Exception {
        // Given
        tokens.current();
        server.answers(number -> {
            clock.move(Duration.ofSeconds(50));
            return Answer.error(503, "temporarily_unavailable");
        });

        // When
        clock.move(Duration.ofSeconds(3550));

        // Then
        assertThat(failure()).hasMessageEndingWith(": answered 503");
    }

    @Test
    void letsACallerWithAValidTokenBeInterruptedToo() throws Exception {
        // Given
        tokens.current();
        server.answers(gated(number -> Answer.token("token-" + number, 3600)));
        clock.move(Duration.ofSeconds(3550));

        // When
        Thread.currentThread().interrupt();
        TokenException failure = failure();

        // Then
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure).hasMessageEndingWith(": interrupted while waiting for a token");
    }

    @Test
    void doesNotGiveBackARefusedTokenWhenTheServerIsDown() throws Exception {
        // Given
        AccessToken rejected = tokens.current();
        server.answers(Answer.error(503, "temporarily_unavailable"));

        // When // Then
        assertThatThrownBy(() -> tokens.renew(rejected)).hasMessageEndingWith(": answered 503");
        assertThat(failure()).hasMessageEndingWith(": answered 503");
        assertThat(server.count()).isEqualTo(2);
    }

    @Test
    void leavesNobodyWaitingWhateverGoesWrong() {
        // Given
        AccessTokens broken = new ClientCredentialsTokens(server.credentials(), clock, request -> {
            throw new IllegalStateException("canary");
        });

        // When // Then
        assertThatThrownBy(broken::current)
                .isInstanceOf(TokenException.class)
                .hasMessageEndingWith(": the request failed (IllegalStateException)")
                .hasNoCause();
    }

    @Test
    void neverShowsASecretAsText() throws Exception {
        // Given
        tokens.current();

        // When // Then
        assertThat(tokens.toString() + server.credentials()).doesNotContain("canary", "token-1");
    }

    static Stream<Error> errors() {
        return Stream.of(
                new StackOverflowError("canary"), new NoClassDefFoundError("canary"), new OutOfMemoryError("canary"));
    }

    /** Of the request, and of the clock, which is asked again where the failure is noted. */
    @ParameterizedTest
    @MethodSource("errors")
    void anErrorLeavesNobodyWaiting(Error error) throws Exception {
        // Given
        AtomicInteger due = new AtomicInteger();
        TokenTransport transport = new TokenTransport();
        Clock failing = new Clock() {
            @Override
            public ZoneId getZone() {
                return clock.getZone();
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                if (Thread.currentThread().getName().equals("kafkasend-token") && due.getAndDecrement() > 0) {
                    throw error;
                }
                return clock.instant();
            }
        };
        AtomicBoolean request = new AtomicBoolean(true);
        AccessTokens broken = new ClientCredentialsTokens(server.credentials(), failing, message -> {
            if (request.getAndSet(false)) {
                throw error;
            }
            return transport.send(message);
        });

        // When
        for (int clocks = 0; clocks <= 2; clocks++) {
            request.set(true);
            due.set(clocks);

            // Then
            assertThatThrownBy(broken::current)
                    .isInstanceOf(TokenException.class)
                    .hasMessageNotContaining("canary");
            clock.move(ClientCredentialsTokens.MAX_BACK_OFF);
        }
        due.set(0);
        request.set(false);
        assertThat(broken.current()).isNotNull();
    }
}
