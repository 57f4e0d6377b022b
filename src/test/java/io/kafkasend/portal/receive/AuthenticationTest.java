package io.kafkasend.portal.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.requester.KnownClients;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.TestSignatures;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticationTest {
    private static final long NOW = 1_790_000_000L;

    @TempDir
    Path directory;

    private final Map<String, String> settings = new HashMap<>();
    private Parts parts;
    private Authentication authentication;
    private Admission admission;
    private final AtomicLong nanos = new AtomicLong();
    private long now = NOW;
    private long offset;

    @BeforeEach
    void clients() throws IOException {
        settings.put("client-keys", "src/test/resources/vectors/client-keys");
        begin();
    }

    private void begin() {
        parts = new Parts(settings);
        KnownClients clients = new KnownClients(parts.configuration, nanos::get);
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochSecond(now);
            }
        };
        authentication = new Authentication(parts.jobs, clients, parts.configuration, parts.events, clock);
        admission = new Admission(
                parts.jobs,
                new RequestPolicy(parts.configuration),
                parts.replyTopics,
                parts.events,
                parts.configuration);
    }

    private void policies(String... lines) throws IOException {
        settings.put(
                "policies",
                Files.write(directory.resolve("policies.yaml"), List.of(lines)).toString());
        begin();
    }

    private static RequestStart start(JobId id) {
        return Start.of(Method.POST)
                .id(id)
                .chunks(1)
                .totalBytes(100)
                .sha256("0".repeat(64))
                .build();
    }

    private static RequestStart signed(String client) {
        return signed(client, start(JobId.random()));
    }

    private static RequestStart signed(String client, RequestStart start) {
        return TestSignatures.sign(client, start, NOW, NOW + 60, "api-requests", 0);
    }

    private static RequestStart replyTo(String topic) {
        RequestStart s = start(JobId.random());
        return RequestStart.builder(s.jobId(), s.totalChunks(), s.method(), s.endpoint())
                .headers(s.headers())
                .totalBytes(s.totalBytes())
                .sha256(s.sha256())
                .transfer(s.transfer())
                .replyTo(topic)
                .build();
    }

    private Exchange exchange(RequestMessage message, long at) {
        Exchange exchange = parts.exchange(message, parts.read(at));
        JobExchange.of(exchange).caller(null);
        return exchange;
    }

    private Exchange process(RequestMessage message, long at) throws Exception {
        Exchange exchange = exchange(message, at);
        authentication.process(exchange);
        return exchange;
    }

    private Job admit(RequestStart start) throws Exception {
        Exchange exchange = process(start, offset++);
        admission.process(exchange);
        return JobExchange.of(exchange).job();
    }

    private void isRefused(Reason reason, RequestMessage message) {
        assertThatThrownBy(() -> process(message, offset++))
                .isInstanceOfSatisfying(
                        PolicyViolation.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private int isOverRate(RequestStart start) {
        int[] seconds = new int[1];
        assertThatThrownBy(() -> process(start, offset++)).isInstanceOfSatisfying(RefusedException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.RATE_LIMITED);
            seconds[0] = e.retryAfterSeconds();
        });
        return seconds[0];
    }

    @Test
    void aJobKnowsWhoSignedIt() throws Exception {
        assertThat(admit(signed("ed")).caller().clientId()).contains("ed");
        assertThat(admit(signed("es")).caller().clientId()).contains("es");
        assertThat(admit(start(JobId.random())).caller().clientId()).isEmpty();
    }

    @Test
    void withoutKeysNoSignatureIsLookedAt() throws Exception {
        // Given
        settings.remove("client-keys");
        begin();

        // Then
        assertThat(admit(start(JobId.random()).signedBy("nonsense")).caller().clientId())
                .isEmpty();
    }

    @Test
    void aBadSignatureIsWorseThanNone() {
        isRefused(Reason.SIGNATURE_INVALID, start(JobId.random()).signedBy("nonsense"));
    }

    @Test
    void requiresASignatureWhereTheOperatorDoes() throws Exception {
        // Given
        settings.put("require-signature", "true");
        begin();

        // Then
        isRefused(Reason.SIGNATURE_REQUIRED, start(JobId.random()));
        assertThat(admit(signed("ed"))).isNotNull();
    }

    @Test
    void admissionTakesNoStartThatWasNotSeenHere() {
        assertThatThrownBy(() -> admission.process(exchange(start(JobId.random()), 0)))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("authenticate");
    }

    @Test
    void aCopyIsRefusedForAsLongAsTheSignatureIsGood() throws Exception {
        // Given
        RequestStart start = signed("ed");
        process(start, 7);

        // Then
        offset = 8;
        isRefused(Reason.SIGNATURE_REPLAYED, start);
        now = NOW + 90;
        isRefused(Reason.SIGNATURE_REPLAYED, start);
        now = NOW + 91;
        isRefused(Reason.SIGNATURE_EXPIRED, start);
    }

    @Test
    void theRecordItselfIsNoCopyWhenKafkaGivesItAgain() throws Exception {
        // Given
        RequestStart start = signed("ed");
        process(start, 7);
        parts.ledger.forget(List.of(Parts.PARTITION));

        // When
        Exchange again = process(start, 7);

        // Then
        assertThat(JobExchange.of(again).caller().clientId()).contains("ed");
    }

    @Test
    void anEqualStartOfAJobUnderWayIsLeftToAdmission() throws Exception {
        // Given
        RequestStart start = signed("ed");
        Job job = admit(start);

        // When
        Exchange second = process(start, offset++);
        admission.process(second);

        // Then
        assertThat(second.isRouteStop()).isTrue();
        assertThat(job.state().phase()).isEqualTo(Phase.ASSEMBLING);
    }

    @Test
    void nobodyElsesStartEndsASignedJob() throws Exception {
        // Given
        Job job = admit(signed("ed"));
        RequestStart other =
                Start.of(Method.PUT).id(job.id()).sha256("1".repeat(64)).build();

        // When
        Exchange unsigned = process(other, offset++);
        Exchange stolen = process(other.signedBy(job.start().signature()), offset++);
        Exchange another = process(signed("es", other), offset++);

        // Then
        assertThat(List.of(unsigned, stolen, another)).allMatch(Exchange::isRouteStop);
        assertThat(job.state().phase()).isEqualTo(Phase.ASSEMBLING);
        assertThat(parts.safe()).isZero();
    }

    @Test
    void itsOwnClientsOtherStartStillContradicts() throws Exception {
        // Given
        Job job = admit(signed("ed"));

        // When
        Exchange own = process(
                signed(
                        "ed",
                        Start.of(Method.PUT).id(job.id()).sha256("1".repeat(64)).build()),
                offset++);

        // Then
        assertThat(own.isRouteStop()).isFalse();
    }

    @Test
    void onlyItsOwnClientCancelsASignedJob() throws Exception {
        // Given
        Job job = admit(signed("ed"));
        RequestCancel cancel = new RequestCancel(job.id());

        // Then
        assertThat(process(cancel, offset++).isRouteStop()).isTrue();
        assertThat(process(TestSignatures.sign("es", cancel), offset++).isRouteStop())
                .isTrue();
        assertThat(process(TestSignatures.sign("ed", cancel), offset++).isRouteStop())
                .isFalse();
    }

    @Test
    void anybodyCancelsAJobThatNobodySigned() throws Exception {
        // Given
        Job job = admit(start(JobId.random()));

        // Then
        assertThat(process(new RequestCancel(job.id()), offset++).isRouteStop()).isFalse();
    }

    @Test
    void policyNarrowsEachClientByItself() throws Exception {
        // Given
        policies("clients: {ed: {methods: [GET]}, es: {endpoints: [/api/*]}}");

        // Then
        assertThatThrownBy(() -> admit(signed("ed")))
                .isInstanceOfSatisfying(
                        PolicyViolation.class, e -> assertThat(e.reason()).isEqualTo(Reason.METHOD_NOT_ALLOWED));
        assertThat(admit(signed("es"))).isNotNull();
        isRefused(Reason.CLIENT_NOT_ALLOWED, start(JobId.random()));
    }

    @Test
    void policyWidensNothingThatTheSettingsForbid() throws Exception {
        // Given
        policies("clients: {ed: {endpoints: ['/*'], headers: [X-Secret], reply_topics: [anywhere]}}");
        RequestStart outside = Start.of(Method.GET)
                .endpoint("/internal")
                .sha256("0".repeat(64))
                .build();

        // Then
        assertThatThrownBy(() -> admit(signed("ed", outside)))
                .isInstanceOfSatisfying(
                        PolicyViolation.class, e -> assertThat(e.reason()).isEqualTo(Reason.ENDPOINT_NOT_ALLOWED));
        isRefused(Reason.REPLY_TOPIC_NOT_ALLOWED, signed("ed", replyTo("anywhere")));
        RequestStart secret = Start.of(Method.GET)
                .headers(Map.of("X-Secret", "1"))
                .sha256("0".repeat(64))
                .build();
        Job job = admit(signed("ed", secret));
        Exchange secure = parts.exchange(job);
        new RequestPolicy(parts.configuration).process(secure);
        assertThat(JobExchange.of(secure).vettedHeaders()).isEqualTo(Map.of());
    }

    @Test
    void aHeaderOutsideTheClientsPolicyIsRefusedAndOneOutsideTheSettingsDropped() throws Exception {
        // Given
        policies("clients: {ed: {headers: [Accept]}}");
        Start start = Start.of(Method.GET).sha256("0".repeat(64));

        // Then
        assertThat(admit(signed(
                        "ed",
                        start.headers(Map.of("Accept", "a/b", "Cookie", "c")).build())))
                .isNotNull();
        assertThatThrownBy(() -> admit(signed(
                        "ed",
                        Start.of(Method.GET)
                                .sha256("0".repeat(64))
                                .headers(Map.of("X-Request-ID", "1"))
                                .build())))
                .isInstanceOfSatisfying(
                        PolicyViolation.class, e -> assertThat(e.reason()).isEqualTo(Reason.HEADER_NOT_ALLOWED));
    }

    @Test
    void theRateIsEachClientsOwn() throws Exception {
        // Given
        policies("default: {requests_per_minute: 1}", "anonymous: {bytes_per_minute: 150}");

        // Then
        process(signed("ed"), offset++);
        assertThat(isOverRate(signed("ed"))).isBetween(1, 60);
        process(signed("es"), offset++);
        process(start(JobId.random()), offset++);
        assertThat(isOverRate(start(JobId.random()))).isBetween(1, 60);
    }

    @Test
    void whatWasReadBeforeACrashIsNotCountedAgain() throws Exception {
        // Given
        policies("default: {requests_per_minute: 1}");
        parts.begin(0, 2);

        // Then
        process(signed("ed"), 0);
        process(signed("ed"), 1);
        process(signed("ed"), 2);
        offset = 3;
        isOverRate(signed("ed"));
    }

    @Test
    void aBodyOfUnknownLengthIsCountedByItsChunks() throws Exception {
        // Given
        policies("default: {bytes_per_minute: 1000000}");

        // Then
        process(
                signed(
                        "ed",
                        Start.of(Method.POST).chunks(1).sha256("0".repeat(64)).build()),
                offset++);
        isOverRate(signed(
                "ed", Start.of(Method.POST).chunks(1).sha256("0".repeat(64)).build()));
    }

    @Test
    void whatIsUnderWayWhenTheClientsKeyGoesIsNotCalled() throws Exception {
        // Given
        Path keys = Files.createDirectory(directory.resolve("keys"));
        Path key = Files.copy(Path.of("src/test/resources/vectors/client-keys/ed.pem"), keys.resolve("ed.pem"));
        settings.put("client-keys", keys.toString());
        parts = new Parts(settings);
        KnownClients clients = new KnownClients(parts.configuration, nanos::get);
        authentication = new Authentication(
                parts.jobs,
                clients,
                parts.configuration,
                parts.events,
                Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC));
        Job job = admit(signed("ed"));

        // When
        Files.delete(key);
        clients.refresh();

        // Then
        assertThatThrownBy(() -> new RequestPolicy(parts.configuration).process(parts.exchange(job)))
                .isInstanceOfSatisfying(
                        PolicyViolation.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLIENT_NOT_ALLOWED));
    }

    @Test
    void theAnswerGoesToAnAllowedTopicOnly() throws Exception {
        // Given
        settings.put("reply-topics", "answers-a, answers-b");
        policies("default: {reply_topics: [answers-a]}", "anonymous: {}");

        // Then
        assertThat(admit(signed("ed", replyTo("answers-a"))).caller().replyTopic())
                .contains("answers-a");
        assertThat(admit(replyTo("answers-b")).caller().replyTopic()).contains("answers-b");
        assertThat(admit(replyTo("api-responses")).caller().replyTopic()).isEmpty();
        isRefused(Reason.REPLY_TOPIC_NOT_ALLOWED, replyTo("api-requests"));
        Exchange narrowed = exchange(signed("ed", replyTo("answers-b")), offset++);
        assertThatThrownBy(() -> authentication.process(narrowed)).isInstanceOf(PolicyViolation.class);
        assertThat(JobExchange.of(narrowed).replyTopic()).isEmpty();
    }

    @Test
    void theErrorOfAStartGoesToAReplyTopicOnlyOnceItsClientIsKnownToMayBeAnsweredThere() throws Exception {
        // Given
        settings.put("reply-topics", "answers-a");
        policies("default: {reply_topics: [answers-a]}", "anonymous: {reply_topics: []}");
        RequestStart expired = signed("ed", replyTo("answers-a"));

        // Then
        for (RequestStart stranger :
                List.of(replyTo("answers-a"), replyTo("answers-a").signedBy("nonsense"))) {
            Exchange exchange = exchange(stranger, offset++);
            assertThatThrownBy(() -> authentication.process(exchange)).isInstanceOf(PolicyViolation.class);
            assertThat(JobExchange.of(exchange).replyTopic()).isEmpty();
        }
        now = NOW + 10_000;
        Exchange late = exchange(expired, offset++);
        assertThatThrownBy(() -> authentication.process(late))
                .isInstanceOfSatisfying(
                        PolicyViolation.class, e -> assertThat(e.reason()).isEqualTo(Reason.SIGNATURE_EXPIRED));
        assertThat(JobExchange.of(late).replyTopic()).contains("answers-a");
    }

    @Test
    void aCopyOfASignedStartOnAnotherPartitionGetsNoErrorAndSpendsNothing() throws Exception {
        // Given
        RequestStart start = signed("ed");
        LedgerEntry elsewhere = parts.ledger.entry("api-requests", 1, 0);

        // When
        Exchange copy = parts.exchange(start, elsewhere);
        JobExchange.of(copy).caller(null);
        authentication.process(copy);

        // Then
        assertThat(copy.isRouteStop()).isTrue();
        assertThat(admit(start).caller().clientId()).contains("ed");
    }

    @Test
    void aBoundJobTakesChunksWithItsDigestAndTheCancelWithItsSecretOnly() throws Exception {
        // Given
        RequestStart start = Start.of(Method.POST).chunks(2).boundBy("hidden").build();
        policies("anonymous: {}");
        Job job = admit(start);
        String own = job.request();

        // Then
        for (String digest : new String[] {null, RequestDigest.NONE, own}) {
            RequestChunk chunk = new RequestChunk(job.id(), 0, 2, false, digest, new byte[] {1});
            assertThat(process(chunk, offset++).isRouteStop()).isEqualTo(!own.equals(digest));
        }
        for (String secret : new String[] {null, "guessed", own, "hidden"}) {
            assertThat(process(new RequestCancel(job.id(), secret, null), offset++)
                            .isRouteStop())
                    .isEqualTo(!"hidden".equals(secret));
        }
    }

    @Test
    void theOutcomeOfACallThatHadBegunIsAdmissionsMatter() throws Exception {
        // Given
        parts.begin(0, 4, 0L);
        now = NOW + 10_000;

        // When
        Exchange exchange = process(signed("ed"), 0);

        // Then
        assertThatThrownBy(() -> admission.process(exchange))
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN));
    }

    @Test
    void chunksPassUnlookedAt() throws Exception {
        // Given
        Job job = admit(signed("ed"));

        // Then
        assertThat(process(Start.chunk(job.start(), 0, "a"), offset++).isRouteStop())
                .isFalse();
    }

    @Test
    void policiesTakeEveryMethodOfTheProtocol() throws Exception {
        // When
        policies("default: {methods: " + List.of(Method.values()) + "}");

        // Then
        assertThat(admit(signed("ed"))).isNotNull();
    }

    /** Nobody knows which keys and policies hold now. Unsigned requests have to do with neither, but for policies. */
    @Test
    void takesNoSignedRequestOnceTheKeysCouldNotBeLookedAtForAMinute() throws Exception {
        // Given
        Job admitted = admit(signed("ed"));
        RequestPolicy policy = new RequestPolicy(parts.configuration);

        // When
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));

        // Then
        assertThatThrownBy(() -> process(signed("ed"), offset++))
                .isInstanceOfSatisfying(PolicyViolation.class, e -> assertThat(e.reason())
                        .isEqualTo(Reason.AUTHENTICATION_UNAVAILABLE));
        assertThatThrownBy(() -> policy.process(parts.exchange(admitted)))
                .isInstanceOfSatisfying(PolicyViolation.class, e -> assertThat(e.reason())
                        .isEqualTo(Reason.AUTHENTICATION_UNAVAILABLE));
        assertThat(JobExchange.of(process(start(JobId.random()), offset++)).caller())
                .isNotNull();
        policies("anonymous: {}");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));
        assertThatThrownBy(() -> process(start(JobId.random()), offset++)).isInstanceOf(PolicyViolation.class);
    }
}
