package io.kafkasend.portal.event;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kafkasend.config.ApiSettings;
import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.receive.RequestPolicy;
import io.kafkasend.portal.settings.Configurations;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.security.PolicyViolation;
import io.kafkasend.security.PolicyViolation.Rule;
import io.kafkasend.security.header.HeaderPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The portal's security events: what docs/operate/security-events.md says of them, whose they are, and that nothing in them is raw. */
class SecurityEventTest {
    private static final Pattern ROW = Pattern.compile(
            "^\\| `([a-z_]+)` \\| (WARN|INFO|ERROR) \\| ((?:`[a-z_]+` ?)+) \\| (.+) \\|$", Pattern.MULTILINE);
    private static final String HOSTILE =
            "x\r\n2026-01-01T00:00:00Z WARN \u001b[31m\u2028\u202e\u0000\ud800 event=\"forged\"";

    private final Logger logger = (Logger) LoggerFactory.getLogger("kafkasend.security");
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();

    @BeforeEach
    void listen() {
        events.start();
        logger.addAppender(events);
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(events);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private static Map<String, String> pairs(ILoggingEvent event) {
        return event.getKeyValuePairs().stream()
                .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
    }

    @Test
    void theDocumentsTableIsTheEnum() throws IOException {
        // Given
        List<String> rows = ROW.matcher(Files.readString(Path.of("docs/operate/security-events.md")))
                .results()
                .map(row -> row.group(1) + " | " + row.group(2) + " | " + row.group(3) + " | " + row.group(4))
                .toList();

        // Then
        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(SecurityEvent.values())
                        .map(event -> event.title() + " | " + event.level() + " | "
                                + event.keys().stream()
                                        .map(key -> "`" + key + "`")
                                        .collect(Collectors.joining(" "))
                                + " | " + event.when())
                        .toList());
    }

    @Test
    void everyEventHasTheKeysOfItsKindAndNothingRaw() {
        // Given
        JobId job = JobId.random();

        // When
        PolicyViolation violation = new PolicyViolation(PolicyViolation.Reason.ENDPOINT_FORBIDDEN_HOST, HOSTILE);
        SecurityEvents.requestRefused(
                job, Optional.empty(), "/" + HOSTILE, Rule.ALLOW_LIST, "ENDPOINT_NOT_ALLOWED", HOSTILE);
        SecurityEvents.messageIgnored(job, Optional.of("reports"), "api-requests-0@1", violation);
        SecurityEvents.clientFileRejected(HOSTILE);
        SecurityEvents.messageRejected(null, HOSTILE, HOSTILE);
        SecurityEvents.suspicion(job, violation);
        SecurityEvents.addressRefused(ApiSettings.TARGET_API_URL, InetAddress.getLoopbackAddress(), violation);
        SecurityEvents.headersDropped(
                job,
                new HeaderPolicy("")
                        .filter(Map.of(HOSTILE, "1", "a".repeat(1_000), "2"))
                        .droppedForLog());
        SecurityEvents.secretInRequest(job, Optional.empty(), List.of("Cookie", HOSTILE));

        SecurityEvents.flood("message_rejected", "none", "INVALID_JSON", 4_990, 10);

        // Then
        assertThat(events.list).hasSize(SecurityEvent.values().length);
        for (int i = 0; i < events.list.size(); i++) {
            SecurityEvent kind = SecurityEvent.values()[i];
            ILoggingEvent event = events.list.get(i);
            assertThat(event.getKeyValuePairs().stream().map(pair -> pair.key).skip(1))
                    .containsExactlyElementsOf(kind.keys());
            assertThat(pairs(event)).containsEntry("event", kind.title());
            assertThat(event.getLevel().toString()).isEqualTo(kind.level().toString());
            assertThat(pairs(event).values())
                    .allSatisfy(value -> assertThat(value).matches("[ -~]{1,512}"));
        }
    }

    @Test
    void aSuspiciousRequestIsToldOnceWithItsJob() throws Exception {
        // Given
        Parts parts = new Parts(Map.of());
        RequestPolicy policy = new RequestPolicy(
                Configurations.with(Map.of("allowed-endpoints", "/api/*", "strict-security", "false")));
        Job job = parts.call(
                Start.of(Method.GET)
                        .endpoint("/api/fetch?url=http://169.254.169.254/")
                        .build(),
                0);
        Exchange exchange = parts.exchange(job);

        // When: on START, and before the call
        policy.check(job.start(), job.caller());
        policy.process(exchange);

        // Then
        assertThat(events.list).singleElement().satisfies(event -> assertThat(pairs(event))
                .containsEntry("event", "request_suspicious")
                .containsEntry("job_id", job.id().value())
                .containsEntry("reason", "ENDPOINT_FORBIDDEN_HOST"));
    }
}
