package io.kafkasend.cli.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.diagnose.JobTrace.State;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseStart;
import io.kafkasend.protocol.ResponseStatus;
import io.kafkasend.protocol.codec.MessageWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobTraceTest {
    private static final JobId JOB =
            JobId.parse("550e8400-e29b-41d4-a716-446655440000").orElseThrow();
    private static final Instant BEGIN = Instant.parse("2026-11-29T12:00:00Z");

    private final MessageWriter writer = new MessageWriter();
    private final JobTrace trace = new JobTrace();
    private long offset = 40;

    private static RequestStart start(int chunks) {
        return RequestStart.builder(JOB, chunks, Method.POST, "/api/v1/upload?token=c4nary&page")
                .headers(Map.of("X-Secret", "c4nary"))
                .totalBytes(3_000L)
                .build();
    }

    private ConsumerRecord<byte[], byte[]> record(String topic, byte[] value, long millis) {
        return new ConsumerRecord<>(
                topic,
                2,
                offset++,
                BEGIN.toEpochMilli() + millis,
                TimestampType.CREATE_TIME,
                36,
                value == null ? 0 : value.length,
                JOB.value().getBytes(StandardCharsets.US_ASCII),
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private void request(byte[] value, long millis) {
        trace.request(record("api-requests", value, millis));
    }

    private void chunk(int sequence, long millis) {
        request(
                ("{\"job_id\":\"" + JOB + "\",\"message_type\":\"CHUNK\",\"sequence\":" + sequence
                                + ",\"total_chunks\":3,\"data\":\"YzRuYXJ5\"}")
                        .getBytes(StandardCharsets.UTF_8),
                millis);
    }

    private void answer(byte[] value, long millis) {
        trace.answer(record("api-responses", value, millis));
    }

    @Test
    void aGapInTheRequestIsNamed() {
        // When
        request(writer.write(start(3)), 0);
        chunk(0, 10);
        chunk(2, 20);

        // Then
        assertThat(trace.state()).isEqualTo(State.INCOMPLETE);
        assertThat(trace.line(BEGIN.plus(Duration.ofSeconds(5))))
                .isEqualTo("the request is not whole: 2 of 3 chunks, missing 1; its last record is 4.98 s old");
        assertThat(trace.events())
                .extracting(event -> event.kind() + " " + event.place() + " " + event.records())
                .containsExactly("START api-requests 2:40 1", "CHUNK api-requests 2:41-42 2");
    }

    @Test
    void noPayloadAndNoValueOfAQueryIsTold() {
        // When
        request(writer.write(start(3)), 0);
        chunk(0, 10);

        // Then
        assertThat(trace.events().toString())
                .doesNotContain("c4nary", "YzRuYXJ5")
                .contains("POST /api/v1/upload?token=*&*, client unnamed, unsigned, 3 chunks, 3.0 kB");
    }

    @Test
    void anAnswerAndItsTimeAreTold() {
        // When
        request(writer.write(start(0)), 0);
        answer(writer.write(new ResponseStart(JOB, 0, 201, Map.of(), true, 0L, 0L, null)), 1_234);

        // Then
        assertThat(trace.state()).isEqualTo(State.ANSWERED);
        assertThat(trace.line(BEGIN)).isEqualTo("answered 201 after 1.234 s");
    }

    @Test
    void anErrorIsToldWithItsCode() {
        // When
        request(writer.write(start(0)), 0);
        answer(writer.write(ResponseError.of(JOB, ErrorCode.TOO_MANY_JOBS, "the portal is\nfull")), 50);

        // Then
        assertThat(trace.line(BEGIN)).isEqualTo("ended by TOO_MANY_JOBS after 0.05 s: the place is the portal");
        assertThat(trace.events().get(1).what())
                .isEqualTo("TOO_MANY_JOBS: the portal is\\nfull; the same request may pass later");
    }

    @Test
    void aWholeRequestWithoutAnAnswerWaitsAndOneThatIsGivenUpDoesNot() {
        // Given
        request(writer.write(start(0)), 0);
        State before = trace.state();

        // When
        request(writer.write(new RequestCancel(JOB)), 10);

        // Then
        assertThat(before).isEqualTo(State.WAITING);
        assertThat(trace.state()).isEqualTo(State.CANCELLED);
    }

    @Test
    void whatCannotBeReadIsToldByItsCode() {
        // When
        request("no message".getBytes(StandardCharsets.UTF_8), 0);
        request(null, 1);

        // Then
        assertThat(trace.state()).isEqualTo(State.UNREADABLE);
        assertThat(trace.events()).extracting(TraceEvent::kind).containsExactly("unreadable", "tombstone");
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b, /a/b",
        "/a?x=1, /a?x=*",
        "/a?x=1&y=2&z, /a?x=*&y=*&*",
        "/a?, /a?*",
        "'/a\u001b[2J', '/a\\u001b[2J'"
    })
    void anEndpointIsShownWithoutTheValuesOfItsQuery(String endpoint, String shown) {
        assertThat(JobTrace.endpoint(endpoint)).isEqualTo(shown);
    }

    @Test
    void whatAPortalSaysOfAJobIsShownAndIsNoAnswer() {
        // Given
        request(writer.write(start(0)), 0);

        // When
        answer(writer.write(new ResponseStatus(JOB, "calling", 1, 0, null, null, null, "api", 1, null, null)), 1_500);

        // Then
        assertThat(trace.state()).isEqualTo(State.WAITING);
        assertThat(trace.events()).extracting(TraceEvent::kind).containsExactly("START", "STATUS");
        assertThat(trace.line(BEGIN.plus(Duration.ofSeconds(42))))
                .isEqualTo("whole, and no answer for 42.0 s; a portal has said last: calling, awaits api, for 1 s");
    }

    @Test
    void ofAJobThatIsGivenUpItIsToldHowFarItWas() {
        // Given
        request(writer.write(start(0)), 0);
        answer(writer.write(new ResponseStatus(JOB, "calling", 1, 0, null, null, null, "api", 1, null, null)), 1_500);

        // When
        request(writer.write(new RequestCancel(JOB)), 2_000);

        // Then
        assertThat(trace.line(BEGIN))
                .isEqualTo("given up by its client; no answer; a portal has said last: calling, awaits api, for 1 s");

        // When
        answer(writer.write(ResponseError.of(JOB, ErrorCode.CANCELLED, "cancelled")), 2_500);

        // Then
        assertThat(trace.line(BEGIN))
                .isEqualTo(
                        "ended by CANCELLED after 2.5 s: the place is the client; a portal had said last: calling, awaits api, for 1 s");
    }

    @Test
    void aStatusThatComesAfterTheAnswerChangesNothing() {
        // Given
        request(writer.write(start(0)), 0);
        answer(writer.write(ResponseError.of(JOB, ErrorCode.TOO_MANY_JOBS, "full")), 2_000);

        // When
        answer(writer.write(new ResponseStatus(JOB, "calling", 1, 0, null, null, null, "api", 1, null, null)), 2_500);

        // Then
        assertThat(trace.line(BEGIN.plus(Duration.ofSeconds(42))))
                .isEqualTo("ended by TOO_MANY_JOBS after 2.0 s: the place is the portal");
    }
}
