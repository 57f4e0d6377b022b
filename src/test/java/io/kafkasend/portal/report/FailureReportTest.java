package io.kafkasend.portal.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.oauth.TokenException;
import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.event.PortalEvents;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.AnswerException;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.job.CorrelationId;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobListener;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.job.RefusedRequest;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.security.PolicyViolation;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailureReportTest {
    private static final String SECRET = "http://api.internal:8443/base /api/only* io.kafkasend.Secret";

    private final Parts parts = new Parts(Map.of("max-assembling-jobs", "1000"));
    private final FailureReport explanation =
            new FailureReport(parts.jobs, parts.configuration, new PortalEvents(), parts.ledger);
    private final Settlement settle = new Settlement(parts.jobs);

    private Exchange fail(Exchange exchange, Throwable cause) {
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, cause);
        explanation.process(exchange);
        return exchange;
    }

    private static ResponseError error(Exchange exchange) {
        byte[] value = exchange.getMessage().getBody(byte[].class);
        try {
            return value == null ? null : (ResponseError) new MessageReader().readResponse(value);
        } catch (ProtocolException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<Arguments> failuresOfACall() {
        return Stream.of(
                Arguments.of(new ProtocolException(ErrorCode.CRC_MISMATCH, null, "t"), ErrorCode.CRC_MISMATCH),
                Arguments.of(new ProtocolException(ErrorCode.SHA256_MISMATCH, null, "t"), ErrorCode.SHA256_MISMATCH),
                Arguments.of(new ProtocolException(ErrorCode.LENGTH_MISMATCH, null, "t"), ErrorCode.LENGTH_MISMATCH),
                Arguments.of(
                        new PolicyViolation(PolicyViolation.Reason.ADDRESS_FORBIDDEN, SECRET),
                        ErrorCode.ENDPOINT_NOT_ALLOWED),
                Arguments.of(new TokenException(TokenException.Kind.UNAVAILABLE, SECRET), ErrorCode.OAUTH_UNAVAILABLE),
                Arguments.of(new TokenException(TokenException.Kind.REJECTED, SECRET), ErrorCode.OAUTH_REJECTED),
                Arguments.of(new TokenException(TokenException.Kind.MALFORMED, SECRET), ErrorCode.OAUTH_REJECTED),
                Arguments.of(new ConnectException(SECRET), ErrorCode.API_UNREACHABLE),
                Arguments.of(new ConnectTimeoutException(SECRET), ErrorCode.API_UNREACHABLE),
                Arguments.of(new ConnectionRequestTimeoutException(SECRET), ErrorCode.API_UNREACHABLE),
                Arguments.of(new UnknownHostException(SECRET), ErrorCode.API_UNREACHABLE),
                Arguments.of(new NoRouteToHostException(SECRET), ErrorCode.API_UNREACHABLE),
                Arguments.of(new SSLHandshakeException(SECRET), ErrorCode.API_UNREACHABLE),
                Arguments.of(new SSLPeerUnverifiedException(SECRET), ErrorCode.API_UNREACHABLE),
                Arguments.of(new SocketTimeoutException(SECRET), ErrorCode.API_TIMEOUT),
                Arguments.of(new NoHttpResponseException(SECRET), ErrorCode.API_BROKEN),
                Arguments.of(new IOException(SECRET), ErrorCode.API_BROKEN),
                Arguments.of(new IllegalStateException(SECRET), ErrorCode.INTERNAL_ERROR));
    }

    @ParameterizedTest
    @MethodSource("failuresOfACall")
    void aFailedCallBecomesOneErrorAndEndsTheJob(Throwable cause, ErrorCode code) {
        // Given
        Job job = parts.call(Start.withChunks(1), 0);
        AtomicInteger aborted = new AtomicInteger();
        job.state().whenAborted(aborted::incrementAndGet);

        // When
        Exchange exchange = fail(parts.exchange(job), cause);

        // Then
        ResponseError error = error(exchange);
        assertThat(error.jobId()).isEqualTo(job.id());
        assertThat(error.code()).isEqualTo(code.name());
        assertThat(error.retryable()).isEqualTo(code.retryable());
        assertThat(error.message())
                .isNotBlank()
                .doesNotContain("http", "internal", "/api", "kafkasend", "Exception", "\n");
        assertThat(exchange.getMessage().getHeaders()).containsOnlyKeys(KafkaConstants.KEY);
        assertThat(exchange.getMessage().getHeader(KafkaConstants.KEY))
                .isEqualTo(job.id().value().getBytes(UTF_8));
        assertThat(job.state().phase()).isEqualTo(Phase.ENDED);
        assertThat(aborted).hasValue(1);
        assertThat(parts.slots.taken()).isZero();
        assertThat(parts.safe()).isZero();
        settle.process(exchange);
        assertThat(parts.safe()).isEqualTo(2);
    }

    @Test
    void whoListensHearsOfFailedJobsAndOfWhatNeverWasOne() {
        // Given
        List<JobOutcome> ended = new ArrayList<>();
        List<RefusedRequest> refused = new ArrayList<>();
        parts.jobs.whenEnded(new JobListener() {
            @Override
            public void ended(Job job, JobOutcome outcome) {
                ended.add(outcome);
            }

            @Override
            public void refused(RefusedRequest request) {
                refused.add(request);
            }
        });
        RequestStart start = Start.withChunks(1);
        PolicyViolation forbidden = new PolicyViolation(PolicyViolation.Reason.ENDPOINT_NOT_ALLOWED, SECRET);

        // When
        fail(parts.exchange(parts.call(Start.withChunks(1), 0)), new ConnectException(SECRET));
        fail(parts.exchange(start, parts.read(7)), forbidden);
        fail(parts.exchange(start, parts.read(7)), forbidden);

        // Then
        assertThat(ended).containsExactly(JobOutcome.failed(ErrorCode.API_UNREACHABLE));
        assertThat(refused)
                .containsExactly(new RefusedRequest(
                        start.jobId(), Optional.empty(), Optional.of(start), ErrorCode.ENDPOINT_NOT_ALLOWED));
    }

    @ParameterizedTest
    @MethodSource("failuresOfACall")
    void aJobThatHasItsOutcomeGetsNoSecondError(Throwable cause, ErrorCode code) {
        // Given
        Job job = parts.call(Start.withChunks(1), 0);
        fail(parts.exchange(job), new IOException());

        // When
        Exchange second = fail(parts.exchange(job), cause);
        settle.process(second);

        // Then
        assertThat(error(second)).isNull();
        assertThat(parts.slots.taken()).isZero();
        assertThat(parts.safe()).isZero(); // the first exchange's to settle, once its ERROR is sent
    }

    @Test
    void aCallOverItsTimeIsATimeoutWhateverBroke() {
        // Given
        Job job = parts.call(Start.withChunks(0), 0);
        job.state().timeOut();

        // Then
        assertThat(error(fail(parts.exchange(job), new IOException("closed"))).code())
                .isEqualTo("API_TIMEOUT");
    }

    @Test
    void anAnswerThatBreaksIsInterrupted() {
        // Given
        Job broken = parts.call(Start.withChunks(0), 0);
        broken.enter(Phase.ANSWERING);
        Job late = parts.call(Start.withChunks(0), 1);
        late.enter(Phase.ANSWERING);
        late.state().timeOut();

        // When
        ResponseError first = error(fail(parts.exchange(broken), new AnswerException(new IOException(SECRET))));
        ResponseError second = error(fail(parts.exchange(late), new AnswerException(new IOException(SECRET))));

        // Then
        assertThat(first.code()).isEqualTo("ANSWER_INTERRUPTED");
        assertThat(second.code()).isEqualTo("ANSWER_INTERRUPTED");
        assertThat(second.message()).contains("too long").isNotEqualTo(first.message());
    }

    @Test
    void aTimedOutAssemblyEndsWithOneError() {
        // Given
        Job job = parts.open(Start.withChunks(2), 0);

        // When
        Exchange exchange =
                fail(parts.exchange(job), new RefusedException(ErrorCode.JOB_TIMEOUT, "0 of 2 chunks came in time"));

        // Then
        assertThat(error(exchange).code()).isEqualTo("JOB_TIMEOUT");
        assertThat(parts.jobs.assembling()).isZero();
    }

    @Test
    void aTimeoutThatTheLastChunkHasOvertakenEndsNothing() {
        // Given
        Job job = parts.call(Start.withChunks(1), 0);

        // When
        Exchange exchange = fail(parts.exchange(job), new RefusedException(ErrorCode.JOB_TIMEOUT, "late"));
        settle.process(exchange);

        // Then
        assertThat(error(exchange)).isNull();
        assertThat(job.state().phase()).isEqualTo(Phase.CALLING);
        assertThat(job.body().chunks()).isEqualTo(1);
        assertThat(parts.slots.taken()).isEqualTo(1);
        assertThat(parts.safe()).isZero();
    }

    @Test
    void aRefusedStartIsAnsweredByItsIdAndWhatFollowsIsSwallowed() {
        // Given
        RequestStart start = Start.of(Method.GET).endpoint("/forbidden").build();
        Exchange exchange = parts.exchange(start, parts.read(0));

        // When
        fail(exchange, new PolicyViolation(PolicyViolation.Reason.ENDPOINT_NOT_ALLOWED, "d"));

        // Then
        assertThat(error(exchange).code()).isEqualTo("ENDPOINT_NOT_ALLOWED");
        assertThat(parts.jobs.hasEnded(new CorrelationId(0, start.jobId()))).isTrue();
        assertThat(error(fail(
                        parts.exchange(start, parts.read(1)),
                        new PolicyViolation(PolicyViolation.Reason.ENDPOINT_NOT_ALLOWED, "d"))))
                .isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"INVALID_JSON", "INVALID_JOB_ID", "KEY_MISMATCH", "MESSAGE_TOO_LARGE"})
    void nothingIsSentWhereNoClientIsNamed(ErrorCode code) {
        // Given
        Exchange exchange = parts.exchange();
        JobExchange.of(exchange).record(parts.read(0));

        // When
        fail(exchange, new ProtocolException(code, null, "t"));
        settle.process(exchange);

        // Then
        assertThat(exchange.getMessage().getBody()).isNull();
        assertThat(parts.safe()).isEqualTo(1);
    }

    @Test
    void aStartWhoseIdIsNoneGetsItsErrorUnderItsOwnKey() {
        // Given
        Exchange exchange = parts.exchange();
        JobExchange.of(exchange).record(parts.read(0));
        JobExchange.of(exchange).claimedId("order-7");
        JobExchange.of(exchange).request("digest");

        // When
        fail(exchange, new ProtocolException(ErrorCode.INVALID_JOB_ID, null, "no id"));

        // Then
        assertThat(exchange.getMessage().getHeader(KafkaConstants.KEY)).isEqualTo("order-7".getBytes(UTF_8));
        assertThat(new String(exchange.getMessage().getBody(byte[].class), UTF_8))
                .contains(
                        "\"job_id\":\"order-7\"",
                        "\"message_type\":\"ERROR\"",
                        "\"error_message\":\"no id\"",
                        "\"error_code\":\"INVALID_JOB_ID\"",
                        "\"retryable\":false",
                        "\"digest\"");
    }

    @Test
    void anUnreadableChunkEndsTheJobThatItNames() {
        // Given
        Job job = parts.open(Start.withChunks(2), 0);
        Exchange exchange = parts.exchange();
        JobExchange.of(exchange).record(parts.read(1));

        // When
        fail(exchange, new ProtocolException(ErrorCode.INVALID_BASE64, job.id(), "t"));

        // Then
        assertThat(error(exchange).code()).isEqualTo("INVALID_BASE64");
        assertThat(job.state().phase()).isEqualTo(Phase.ENDED);
        assertThat(parts.safe()).isZero(); // nothing is settled before the ERROR is sent
        settle.process(exchange);
        assertThat(parts.safe()).isEqualTo(2);
    }

    @Test
    void anUnreadableChunkForAJobInCallGivesNoErrorAndDoesNotEndIt() {
        // Given
        Job job = parts.call(Start.withChunks(1), 0);
        Exchange exchange = parts.exchange();
        JobExchange.of(exchange).record(parts.read(2));

        // When
        fail(exchange, new ProtocolException(ErrorCode.INVALID_BASE64, job.id(), "t"));
        settle.process(exchange);

        // Then
        isStillInCall(exchange, job);
    }

    @Test
    void aConflictingMessageForAJobInCallGivesNoErrorAndDoesNotEndIt() {
        for (ErrorCode code : new ErrorCode[] {ErrorCode.DUPLICATE_START, ErrorCode.CHUNK_CONFLICT}) {
            // Given
            Job job = parts.call(Start.withChunks(1), 0);
            Exchange exchange = parts.exchange(job);
            JobExchange.of(exchange).record(parts.read(2));

            // When
            fail(exchange, new ProtocolException(code, job.id(), "t"));
            settle.process(exchange);

            // Then
            isStillInCall(exchange, job);
            parts.jobs.end(job);
        }
    }

    private void isStillInCall(Exchange exchange, Job job) {
        assertThat(error(exchange)).isNull();
        assertThat(job.state().phase()).isEqualTo(Phase.CALLING);
        assertThat(job.body().chunks()).isEqualTo(1);
        assertThat(parts.jobs.find(job.correlationId())).contains(job);
        assertThat(parts.slots.taken()).isEqualTo(1);
        assertThat(parts.safe()).isZero();
        assertThat(parts.ledger.unsettled()).isEqualTo(2);
    }

    @Test
    void anErrorForAnUnknownJobIsSentOnce() {
        // Given
        JobId id = JobId.random();
        ProtocolException unknown = new ProtocolException(ErrorCode.UNKNOWN_JOB, id, "t");

        // Then
        assertThat(error(fail(bad(0), unknown)).jobId()).isEqualTo(id);
        assertThat(error(fail(bad(1), unknown))).isNull();
    }

    private Exchange bad(long offset) {
        Exchange exchange = parts.exchange();
        JobExchange.of(exchange).record(parts.read(offset));
        return exchange;
    }

    @Test
    void anErrorNamesTheStartThatItIsTheEndOf() {
        // Given
        RequestStart refused = Start.of(Method.GET).endpoint("/forbidden").build();
        Job job = parts.open(Start.withChunks(2), 0);
        ProtocolException unknown = new ProtocolException(ErrorCode.UNKNOWN_JOB, JobId.random(), "t");
        PolicyViolation violation = new PolicyViolation(PolicyViolation.Reason.ENDPOINT_NOT_ALLOWED, "d");

        // Then
        assertThat(error(fail(parts.exchange(job), violation)).request()).isEqualTo(job.request());
        assertThat(error(fail(parts.exchange(refused, parts.read(1)), violation))
                        .request())
                .isEqualTo(Parts.digest(refused));
        assertThat(error(fail(bad(2), unknown)).request()).isEqualTo(RequestDigest.NONE);
    }

    @Test
    void aBadRecordOfAnotherEndsNoBoundJob() throws Exception {
        // Given
        Job job = parts.open(Start.of(Method.POST).chunks(2).boundBy("s").build(), 0);
        byte[] others = ("{\"job_id\":\"" + job.id() + "\",\"message_type\":\"CHUNK\",\"sequence\":0,\"data\":\"!\"}")
                .getBytes(UTF_8);
        byte[] own = ("{\"request_sha256\":\"" + job.request() + "\"," + new String(others, UTF_8).substring(1))
                .getBytes(UTF_8);

        // Then
        assertThat(error(fail(bad(1), rejection(others)))).isNull();
        assertThat(job.state().phase()).isEqualTo(Phase.ASSEMBLING);
        assertThat(error(fail(bad(2), rejection(own))).code()).isEqualTo("INVALID_BASE64");
        assertThat(job.state().phase()).isEqualTo(Phase.ENDED);
    }

    private static ProtocolException rejection(byte[] value) {
        try {
            new MessageReader().readRequest(value);
            throw new AssertionError("it was read");
        } catch (ProtocolException e) {
            return e;
        }
    }

    @Test
    void aSecondStartHearsThatItsIdIsInUseAndTheFirstJobGoesOn() {
        // Given
        Job job = parts.open(Start.of(Method.POST).chunks(2).boundBy("s").build(), 0);
        RequestStart second = Start.of(Method.GET).id(job.id()).build();

        // When
        Exchange exchange = fail(
                parts.exchange(second, parts.read(1)), new ProtocolException(ErrorCode.DUPLICATE_START, job.id(), "t"));
        settle.process(exchange);

        // Then
        assertThat(error(exchange).request()).isEqualTo(Parts.digest(second));
        assertThat(job.state().phase()).isEqualTo(Phase.ASSEMBLING);
        assertThat(parts.safe()).isZero();
        assertThat(parts.ledger.unsettled()).isEqualTo(1);
    }

    @Test
    void sendsNoSecondErrorForAJobThatHadItsOutcomeBeforeACrash() {
        // Given
        parts.begin(0, 4);
        RequestStart refused = Start.withChunks(1);
        parts.answered.add(refused.jobId());
        Exchange exchange = parts.exchange(refused, parts.read(0));

        // When
        fail(exchange, new RefusedException(ErrorCode.TOO_MANY_JOBS, "full"));
        new UnlessAnswered(parts.outcomes).process(exchange);
        settle.process(exchange);

        // Then
        assertThat(error(exchange)).isNull();
        assertThat(parts.ledger.unsettled()).isZero();
    }

    /** START and its one chunk are the records 0 and 1, of which so many were there before. */
    private static Exchange unreachable(Parts parts, Method method, long before) {
        parts.begin(0, before);
        RequestStart start =
                RequestStart.builder(JobId.random(), 1, method, "/api/v1/x").build();
        Exchange exchange = parts.exchange(parts.call(start, 0));
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new ConnectException("refused"));
        new FailureReport(parts.jobs, parts.configuration, new PortalEvents(), parts.ledger).process(exchange);
        return exchange;
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"POST", "PATCH"})
    void doesNotSayThatNothingWasDoneByACallThatAnotherPortalMayHaveMade(Method method) {
        // When
        ResponseError error = error(unreachable(parts, method, 2));

        // Then
        assertThat(error.code()).isEqualTo("OUTCOME_UNKNOWN");
        assertThat(error.retryable()).isFalse();
        assertThat(error.message()).isEqualTo("another portal may have made the call: the API could not be reached");
        assertThat(error(unreachable(new Parts(), method, 1)).code())
                .as("a job of which a record is new")
                .isEqualTo("API_UNREACHABLE");
        assertThat(error(unreachable(new Parts(Map.of("retry-unsafe", "true")), method, 2))
                        .code())
                .as("where the operator says that calls may be repeated")
                .isEqualTo("API_UNREACHABLE");
        assertThat(error(unreachable(new Parts(Map.of("delivery", "at-most-once")), method, 2))
                        .code())
                .as("where a call that begins is noted first")
                .isEqualTo("API_UNREACHABLE");
    }

    @Test
    void saysThatARequestMayBeMadeAgainWhoseMethodAllowsIt() {
        assertThat(error(unreachable(parts, Method.PUT, 2)).code()).isEqualTo("API_UNREACHABLE");
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"EXPIRED", "OAUTH_REJECTED", "SIGNATURE_EXPIRED"})
    void doubtsAlsoWhatIsRefusedAsItComesAgain(ErrorCode code) {
        // Given
        parts.begin(0, 4);

        // When
        Exchange refused =
                fail(parts.exchange(Start.withChunks(1), parts.read(0)), new RefusedException(code, "not any more"));

        // Then
        assertThat(error(refused).code()).isEqualTo("OUTCOME_UNKNOWN");
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"ENDPOINT_NOT_ALLOWED", "SIGNATURE_INVALID", "INVALID_MESSAGE"})
    void namesTheCauseOfARefusalThatAnyPortalWouldHaveMade(ErrorCode code) {
        // Given
        parts.begin(0, 4);

        // When
        Exchange refused =
                fail(parts.exchange(Start.withChunks(1), parts.read(0)), new RefusedException(code, "never"));

        // Then
        assertThat(error(refused).code()).isEqualTo(code.name());
    }

    @Test
    void knowsThatNobodyCalledWhereChunksNeverCame() {
        // Given
        parts.begin(0, 4);
        Job job = parts.open(Start.withChunks(2), 0);

        // When
        Exchange late = fail(parts.exchange(job), new RefusedException(ErrorCode.JOB_TIMEOUT, "0 of 2 chunks came"));

        // Then
        assertThat(error(late).code()).isEqualTo("JOB_TIMEOUT");
        assertThat(error(late).retryable()).isTrue();
    }

    @Test
    void saysNothingOfAJobThatIsAnotherPortalsMeanwhile() {
        // Given
        Job job = parts.call(Start.withChunks(1), 0);
        parts.ledger.forget(List.of(Parts.PARTITION));

        // When
        Exchange exchange = fail(parts.exchange(job), new ConnectException("refused"));
        settle.process(exchange);

        // Then
        assertThat(error(exchange)).isNull();
        assertThat(parts.jobs.underWay()).isZero();
    }
}
