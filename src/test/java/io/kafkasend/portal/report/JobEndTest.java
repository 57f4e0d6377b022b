package io.kafkasend.portal.report;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.event.PortalEvents;
import io.kafkasend.portal.exchange.ApiAnswer;
import io.kafkasend.portal.exchange.ApiCall;
import io.kafkasend.portal.exchange.JobExchange;
import io.kafkasend.portal.failure.RefusedException;
import io.kafkasend.portal.job.Job;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ProtocolException;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.PolicyViolation;
import java.net.ConnectException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The line of a job's end, as settling and explaining write it. */
class JobEndTest {
    private static final List<String> ASKED = List.of("job_id", "client", "method", "path");
    private static final List<String> SPENT = List.of(
            "attempts",
            "bytes_in",
            "bytes_out",
            "seconds_assembling",
            "seconds_waiting",
            "seconds_calling",
            "seconds_answering");

    private final Parts parts = new Parts(Map.of("target-api-url", "https://api.example.com/base"));
    private final FailureReport explain =
            new FailureReport(parts.jobs, parts.configuration, new PortalEvents(), parts.ledger);
    private final Settlement settle = new Settlement(parts.jobs);
    private final Logger logger = (Logger) LoggerFactory.getLogger(JobEnd.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        log.start();
        logger.addAppender(log);
    }

    @AfterEach
    void listenNoMore() {
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private static Map<String, String> pairs(ILoggingEvent event) {
        return event.getKeyValuePairs().stream()
                .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
    }

    private static List<String> keys(ILoggingEvent event) {
        return event.getKeyValuePairs().stream().map(pair -> pair.key).toList();
    }

    private void fail(Exchange exchange, Throwable cause) {
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, cause);
        explain.process(exchange);
    }

    private ILoggingEvent only(Level level, String message) {
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(level);
            assertThat(event.getMessage()).isEqualTo(message);
        });
        return log.list.get(0);
    }

    @Test
    void anAnsweredJobSaysWhatItAskedForBroughtAndTook() {
        // Given
        Job job = parts.call(Start.withChunks(2), 0);
        Exchange exchange = parts.exchange(job);
        JobExchange.of(exchange).call(new ApiCall(job.tally()));
        JobExchange.of(exchange).answer(new ApiAnswer(new BasicClassicHttpResponse(204)));
        job.tally().answer(100);

        // When
        settle.process(exchange);
        settle.process(exchange);

        // Then
        ILoggingEvent line = only(Level.INFO, "job answered");
        assertThat(keys(line)).startsWith(ASKED.toArray(String[]::new)).endsWith(SPENT.toArray(String[]::new));
        assertThat(pairs(line))
                .containsEntry("job_id", job.id().value())
                .containsEntry("client", "unsigned")
                .containsEntry("status", "204")
                .containsEntry("attempts", "1")
                .containsEntry("bytes_in", "12")
                .containsEntry("bytes_out", "100");
    }

    @Test
    void aJobWhoseCallFailsHasTheSameFormAndTheAddress() {
        // Given
        Job job = parts.call(Start.of(Method.GET).endpoint("/api/x?token=t").build(), 0);
        Exchange exchange = parts.exchange(job);
        JobExchange.of(exchange).call(new ApiCall(job.tally()));

        // When
        fail(exchange, new ConnectException("Connection refused"));
        settle.process(exchange);

        // Then
        ILoggingEvent line = only(Level.WARN, "job failed");
        assertThat(keys(line)).startsWith(ASKED.toArray(String[]::new)).endsWith(SPENT.toArray(String[]::new));
        assertThat(pairs(line))
                .containsEntry("path", "/api/x")
                .containsEntry("error_code", "API_UNREACHABLE")
                .containsEntry("reason", "connection refused")
                .containsEntry("address", "api.example.com:443")
                .containsEntry("sent", "true");
    }

    @Test
    void ofAJobThatGetsNoTokenTheApiIsNotBlamed() {
        // Given
        Job job = parts.call(Start.of(Method.GET).build(), 0);
        Exchange exchange = parts.exchange(job);
        JobExchange.of(exchange).call(new ApiCall(job.tally()));

        // When
        fail(exchange, new TokenException(TokenException.Kind.UNAVAILABLE, "login.example.com does not answer"));

        // Then
        ILoggingEvent line = only(Level.WARN, "job failed");
        assertThat(keys(line)).doesNotContain("address");
        assertThat(pairs(line)).containsEntry("reason", "login.example.com does not answer");
    }

    @Test
    void aJobThatExpiresOrIsCancelledSaysSo() {
        // Given
        Job late = parts.open(Start.withChunks(2), 0);
        Job cancelled = parts.call(Start.of(Method.GET).build(), 1);
        cancelled.state().cancel();

        // When
        fail(parts.exchange(late), new RefusedException(ErrorCode.JOB_TIMEOUT, "0 of 2 chunks came in time"));
        fail(
                parts.exchange(parts.open(Start.of(Method.GET).build(), 2)),
                new RefusedException(ErrorCode.EXPIRED, "no call was made"));
        fail(parts.exchange(cancelled), new RefusedException(ErrorCode.CANCELLED, "the client cancelled the job"));

        // Then
        assertThat(log.list)
                .extracting(event -> event.getLevel() + " " + event.getMessage())
                .containsExactly("WARN job expired", "WARN job expired", "INFO job cancelled");
    }

    @Test
    void aRequestThatPolicyRefusesAsItComesIsAJobToo() {
        // Given
        RequestStart start =
                Start.of(Method.DELETE).endpoint("/internal?token=t").build();
        Exchange exchange = parts.exchange();
        exchange.getIn().setBody(start);
        JobExchange.of(exchange).record(parts.read(0));
        exchange.getMessage().setHeader(JobExchange.JOB_ID, start.jobId().value());

        // When
        fail(exchange, new PolicyViolation(PolicyViolation.Reason.ENDPOINT_NOT_ALLOWED, "d"));

        // Then
        ILoggingEvent line = only(Level.INFO, "job refused"); // the security log warns
        assertThat(keys(line)).startsWith(ASKED.toArray(String[]::new));
        assertThat(pairs(line))
                .containsEntry("job_id", start.jobId().value())
                .containsEntry("method", "DELETE")
                .containsEntry("path", "/internal")
                .containsEntry("error_code", "ENDPOINT_NOT_ALLOWED");
    }

    @Test
    void aRecordThatIsNoJobAndAFailureBehindTheEndHaveNoLine() {
        // Given
        Job job = parts.call(Start.of(Method.GET).build(), 0);
        settle.process(parts.exchange(job));
        log.list.clear();

        // When
        fail(parts.exchange(), new ProtocolException(ErrorCode.INVALID_JSON, null, "t"));
        fail(parts.exchange(job), new ConnectException("Connection refused"));

        // Then
        assertThat(log.list).isEmpty();
    }

    @Test
    void ofAFloodOfRefusalsFewAreTold() {
        // When
        for (int i = 0; i < 100; i++) {
            Job job = parts.open(Start.withChunks(1), i);
            fail(parts.exchange(job), new RefusedException(ErrorCode.TOO_MANY_JOBS, "full"));
        }

        // Then
        assertThat(log.list).hasSize(10).allMatch(event -> event.getMessage().equals("job refused"));
    }
}
