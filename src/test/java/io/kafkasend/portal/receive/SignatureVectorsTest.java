package io.kafkasend.portal.receive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.job.Expiry;
import io.kafkasend.portal.ledger.LedgerEntry;
import io.kafkasend.portal.requester.KnownClients;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestCancel;
import io.kafkasend.protocol.RequestDigest;
import io.kafkasend.protocol.RequestMessage;
import io.kafkasend.protocol.codec.MessageReader;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.client.ClientPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The vectors of signed requests, which another implementation of JWS has signed; see their README. */
class SignatureVectorsTest {
    private static final Path VECTORS = Path.of("src/test/resources/vectors");

    private final MessageReader reader = new MessageReader();

    @TestFactory
    Stream<DynamicTest> everySignatureHasItsFate() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(VECTORS.resolve("signatures.jsonl"))) {
            lines.add(json.readTree(line));
        }
        assertThat(lines).extracting(line -> line.get("name").asText()).doesNotHaveDuplicates();
        return lines.stream()
                .map(line -> dynamicTest(line.get("name").asText(), () -> assertFate(line, line.get("expect"))));
    }

    private void assertFate(JsonNode line, JsonNode expected) throws Exception {
        // Given
        Parts parts = new Parts(Map.of(
                "client-keys",
                VECTORS.resolve("client-keys").toString(),
                "require-signature",
                "true",
                "request-topic",
                line.get("topic").asText(),
                "reply-topics",
                "answers-of-ed"));
        Instant now = Instant.ofEpochSecond(line.get("now").asLong());
        Authentication authentication = new Authentication(
                parts.jobs,
                new KnownClients(parts.configuration),
                parts.configuration,
                parts.events,
                Clock.fixed(now, ZoneOffset.UTC));
        RequestMessage message = reader.readRequest(line.get("value").asText().getBytes(UTF_8));
        Exchange exchange = parts.exchange(message, record(parts, line));
        JobExchange.of(exchange).caller(null);

        // Then
        if (message instanceof RequestCancel) {
            assertCancel(parts, authentication, exchange, line, expected);
        } else if (expected.has("error_code")) {
            assertThatThrownBy(() -> authentication.process(exchange))
                    .isInstanceOfSatisfying(
                            PolicyViolation.class, e -> assertThat(e.reason().name())
                                    .isEqualTo(expected.get("error_code").asText()));
            boolean authentic = expected.get("error_code").asText().equals("SIGNATURE_EXPIRED");
            assertThat(JobExchange.of(exchange).caller() != null).isEqualTo(authentic);
        } else if (expected.has("ignored")) {
            authentication.process(exchange);
            assertThat(exchange.isRouteStop()).isTrue();
            assertThat(JobExchange.of(exchange).caller()).isNull();
        } else {
            authentication.process(exchange);
            assertThat(JobExchange.of(exchange).caller().clientId())
                    .contains(expected.get("client").asText());
        }
    }

    /** One that is good goes on to admission; any other is dropped. */
    private static void assertCancel(
            Parts parts, Authentication authentication, Exchange exchange, JsonNode line, JsonNode expected)
            throws Exception {
        JobId id = exchange.getIn().getBody(RequestCancel.class).jobId();
        String client = line.get("job_client").asText();
        Requester caller = new Requester(client, () -> Optional.of(ClientPolicy.UNNARROWED), null);
        parts.jobs.open(
                Start.of(Method.POST).id(id).chunks(1).build(),
                RequestDigest.NONE,
                parts.read(0),
                caller,
                Expiry.NEVER);

        assertThatCode(() -> authentication.process(exchange)).doesNotThrowAnyException();

        assertThat(exchange.isRouteStop()).isEqualTo(expected.has("error_code"));
    }

    private static LedgerEntry record(Parts parts, JsonNode line) {
        TopicPartition partition =
                new TopicPartition("api-requests", line.get("partition").asInt());
        parts.ledger.note(Parts.records(partition, 1));
        ConsumerRecord<Object, Object> record =
                Parts.records(partition, 1).iterator().next();
        return parts.ledger.entry(record.topic(), record.partition(), record.offset());
    }
}
