package io.kafkasend.portal.receive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.kafka.DeadLetter;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestChunk;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.codec.MessageWriter;
import java.util.Iterator;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDecoderTest {
    private final Parts parts = new Parts();
    private final RequestDecoder decoder = new RequestDecoder(parts.ledger);
    private final RequestStart start = Start.withChunks(1);
    private final byte[] value = new MessageWriter().write(start);

    private Exchange record(byte[] key, byte[] body) {
        parts.read(7);
        Exchange exchange = parts.exchange();
        exchange.getIn().setHeader(KafkaConstants.TOPIC, Parts.PARTITION.topic());
        exchange.getIn().setHeader(KafkaConstants.PARTITION, Parts.PARTITION.partition());
        exchange.getIn().setHeader(KafkaConstants.OFFSET, 7L);
        exchange.getIn().setHeader(KafkaConstants.KEY, key);
        exchange.getIn().setBody(body);
        return exchange;
    }

    private void isRefused(ErrorCode code, boolean named, Exchange exchange) {
        assertThatThrownBy(() -> decoder.process(exchange)).isInstanceOfSatisfying(ProtocolException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.jobId().isPresent()).isEqualTo(named);
        });
        assertThat(JobExchange.of(exchange).record()).hasToString("api-requests-0@7");
        assertThat(exchange.getIn().getHeaders()).isEmpty();
    }

    @Test
    void makesAMessageOfARecord() throws Exception {
        // Given
        Exchange exchange = record(start.jobId().value().getBytes(UTF_8), value);

        // When
        decoder.process(exchange);

        // Then
        assertThat(exchange.getIn().getBody()).isEqualTo(start);
        assertThat(exchange.isRouteStop()).isFalse();
        assertThat(JobExchange.of(exchange).record()).hasToString("api-requests-0@7");
        assertThat(parts.safe()).isEqualTo(7);
    }

    @Test
    void leavesNoRecordHeaderAndNoneOfKafkasOwn() throws Exception {
        // Given
        Exchange exchange = record(start.jobId().value().getBytes(UTF_8), value);
        exchange.getIn().setHeader("Authorization", "Bearer stolen");
        exchange.getIn().setHeader("CamelHttpUri", "http://elsewhere");
        exchange.getIn().setHeader(KafkaConstants.TIMESTAMP, 1L);

        // When
        decoder.process(exchange);

        // Then
        assertThat(exchange.getIn().getHeaders())
                .containsOnly(
                        org.assertj.core.api.Assertions.entry(
                                JobExchange.JOB_ID, start.jobId().value()),
                        org.assertj.core.api.Assertions.entry(JobExchange.CORRELATION_ID, "0/" + start.jobId()));
        assertThat(JobExchange.of(exchange).request()).isEqualTo(RequestDigest.of(value));
    }

    @Test
    void settlesATombstoneAndStops() throws Exception {
        // Given
        Exchange exchange = record(start.jobId().value().getBytes(UTF_8), null);

        // When
        decoder.process(exchange);

        // Then
        assertThat(exchange.isRouteStop()).isTrue();
        assertThat(parts.safe()).isEqualTo(8);
    }

    @Test
    void namesNoClientWhenTheKeyIsNotTheJobId() {
        isRefused(ErrorCode.KEY_MISMATCH, false, record("another".getBytes(UTF_8), value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4B41464B-0000-4000-8000-00000000008B", "order-7", "1"})
    void aStartWhoseIdIsNoneIsAnsweredUnderItsOwnKey(String id) {
        // Given
        byte[] odd = ("{\"job_id\":\"" + id + "\",\"message_type\":\"START\"}").getBytes(UTF_8);
        Exchange exchange = record(id.getBytes(UTF_8), odd);

        // When
        isRefused(ErrorCode.INVALID_JOB_ID, false, exchange);

        // Then
        assertThat(JobExchange.of(exchange).claimedId()).isEqualTo(id);
        assertThat(JobExchange.of(exchange).deadLetter()).isNull();
        assertThat(JobExchange.of(exchange).request()).isEqualTo(RequestDigest.of(odd));
    }

    @ParameterizedTest
    @CsvSource({
        "order-7,order-8,START",
        "order-7,order-7,CHUNK",
        "order 7,order 7,START",
        "\u00e9,\u00e9,START",
        "'','',START"
    })
    void anyOtherRecordWithoutAJobIdIsADeadLetter(String id, String key, String type) {
        // Given
        byte[] odd = ("{\"job_id\":\"" + id + "\",\"message_type\":\"" + type + "\"}").getBytes(UTF_8);
        Exchange exchange = record(key.getBytes(UTF_8), odd);

        // When
        isRefused(ErrorCode.INVALID_JOB_ID, false, exchange);

        // Then
        assertThat(JobExchange.of(exchange).claimedId()).isNull();
        assertThat(JobExchange.of(exchange).deadLetter()).isNotNull();
    }

    @Test
    void namesNoClientWhenThereIsNoKey() {
        isRefused(ErrorCode.KEY_MISMATCH, false, record(null, value));
    }

    @Test
    void refusesWhatIsNoMessage() {
        isRefused(ErrorCode.INVALID_JSON, false, record(new byte[] {1}, "{".getBytes(UTF_8)));
    }

    @Test
    void namesTheClientOfAMessageThatCanBeTold() {
        // Given
        String id = start.jobId().value();
        byte[] odd = ("{\"job_id\":\"" + id + "\",\"message_type\":\"PAUSE\"}").getBytes(UTF_8);

        // Then
        isRefused(ErrorCode.UNKNOWN_MESSAGE_TYPE, true, record(id.getBytes(UTF_8), odd));
    }

    @Test
    void anUnreadableMessageUnderAForeignKeyNamesNoClientEither() {
        // Given
        byte[] odd = ("{\"job_id\":\"" + start.jobId() + "\",\"message_type\":\"CANCEL\"}").getBytes(UTF_8);

        // Then
        isRefused(ErrorCode.KEY_MISMATCH, false, record("another".getBytes(UTF_8), odd));
    }

    @Test
    void makesAChunkOfAFrameWithoutCopyingIt() throws Exception {
        // Given
        byte[] data = {1, 2, 3};
        Exchange exchange = record(start.jobId().value().getBytes(UTF_8), data);
        exchange.getIn().setHeader(KafkaConstants.HEADERS, headers("ks-type", "CHUNK", "ks-seq", "4", "x", "y"));

        // When
        decoder.process(exchange);

        // Then
        RequestChunk chunk = exchange.getIn().getBody(RequestChunk.class);
        assertThat(chunk).isEqualTo(new RequestChunk(start.jobId(), 4, null, true, data));
        assertThat(chunk.data()).isSameAs(data);
        assertThat(exchange.getIn().getHeaders()).containsOnlyKeys(JobExchange.JOB_ID, JobExchange.CORRELATION_ID);
    }

    @Test
    void aFrameUnderNoJobsKeyNamesNoClient() {
        // Given
        Exchange exchange = record("another".getBytes(UTF_8), new byte[1]);
        exchange.getIn().setHeader(KafkaConstants.HEADERS, headers("ks-type", "CHUNK", "ks-seq", "4"));

        // Then
        isRefused(ErrorCode.INVALID_JOB_ID, false, exchange);
        assertThat(JobExchange.of(exchange).deadLetter().headers()).hasSize(2);
    }

    private static RecordHeaders headers(String... namesAndValues) {
        RecordHeaders headers = new RecordHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1].getBytes(UTF_8));
        }
        return headers;
    }

    /** Read again it would do the same again. */
    @ParameterizedTest
    @MethodSource("io.kafkasend.portal.lifecycle.FailStopTest#errors")
    void aRecordOnWhichThePortalFailsBecomesADeadLetter(Error error) {
        // Given
        Exchange exchange = record(start.jobId().value().getBytes(UTF_8), value);
        exchange.getIn().setHeader(KafkaConstants.HEADERS, new RecordHeaders() {
            @Override
            public Iterator<Header> iterator() {
                throw error;
            }
        });

        // Then
        assertThatThrownBy(() -> decoder.process(exchange)).isSameAs(error);
        DeadLetter letter = JobExchange.of(exchange).deadLetter();
        assertThat(letter.reason().code()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(JobExchange.of(exchange).record()).hasToString("api-requests-0@7");
    }
}
