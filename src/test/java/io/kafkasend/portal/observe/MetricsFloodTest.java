package io.kafkasend.portal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.management.Metrics;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.portal.Start;
import io.kafkasend.portal.call.ApiAttempt;
import io.kafkasend.portal.call.ApiBreaker;
import io.kafkasend.portal.call.Authorisation;
import io.kafkasend.portal.call.Parts;
import io.kafkasend.portal.event.PortalEvents;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.receive.RequestPolicy;
import io.kafkasend.portal.report.DeadLetters;
import io.kafkasend.portal.report.FailureReport;
import io.kafkasend.portal.requester.Requester;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.client.ClientPolicy;
import io.micrometer.core.instrument.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However much clients and API make up, there are no more series than the operator and the program wrote. */
class MetricsFloodTest {
    private static final int FLOOD = 5_000;

    @TempDir
    Path directory;

    private final Metrics metrics = new Metrics();

    private Parts parts() throws IOException {
        Path policies = Files.writeString(
                directory.resolve("policies.yaml"), "clients:\n  billing:\n    endpoints: [/api/*]\ndefault: {}\n");
        return new Parts(Map.of(
                "allowed-endpoints",
                "/api/v1/*,/api/*",
                "client-keys",
                directory.toString(),
                "policies",
                policies.toString()));
    }

    private static Requester client(String name) {
        return new Requester(name, () -> Optional.of(ClientPolicy.UNNARROWED), null);
    }

    private Set<String> values(String label) {
        return metrics.registry().getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getTag(label) != null)
                .map(id -> id.getTag(label))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void aFloodOfJobsClientsAndRefusalsMakesNoSeriesOfItsOwn() throws Exception {
        // Given
        Parts parts = parts();
        JobMetrics jobs = new JobMetrics(
                metrics,
                parts.configuration,
                parts.clients,
                parts.jobs,
                parts.bodies,
                new FailureReport(parts.jobs, parts.configuration, new PortalEvents(), parts.ledger),
                new DeadLetters(parts.configuration, new PortalEvents()));

        // When
        for (int i = 0; i < FLOOD; i++) {
            Job job = parts.open(start("/api/" + i), i, client("client-" + i));
            parts.jobs.end(job);
            jobs.ended(job, Optional.of(ErrorCode.values()[i % ErrorCode.values().length]));
            jobs.refused("ENDPOINT_NOT_ALLOWED", Optional.of("client-" + i));
        }
        jobs.refused("ENDPOINT_NOT_ALLOWED", Optional.of("billing"));
        jobs.refused("ENDPOINT_NOT_ALLOWED", Optional.empty());

        // Then
        assertThat(values("client")).containsExactly("billing", "none", "other");
        assertThat(metrics.registry().getMeters()).hasSizeLessThan(40 + ErrorCode.values().length);
    }

    @Test
    void aFloodOfPathsAndStatusesMakesNoSeriesOfItsOwn() throws Exception {
        // Given
        Parts parts = parts();
        CallMetrics calls = new CallMetrics(
                metrics,
                parts.configuration,
                new ApiBreaker(parts.configuration),
                new Authorisation(parts.configuration));
        RequestPolicy policy = new RequestPolicy(parts.configuration);

        // When
        for (int i = 0; i < FLOOD; i++) {
            Job job = parts.open(start((i % 2 == 0 ? "/api/v1/" : "/api/") + i + "?q=" + i), i, Parts.UNSIGNED);
            policy.process(parts.exchange(job));
            parts.jobs.end(job);
            calls.called(
                    new ApiAttempt(job, OptionalInt.of(i), Optional.empty(), Duration.ofMillis(i), Optional.empty()));
            calls.called(new ApiAttempt(
                    job,
                    OptionalInt.empty(),
                    Optional.of(new IOException("reset by " + i)),
                    Duration.ofMillis(i),
                    Optional.empty()));
        }
        for (TokenException.Kind kind : TokenException.Kind.values()) {
            calls.asked(Optional.of(kind), Duration.ZERO);
        }

        // Then
        assertThat(values("url.template")).containsExactly("/api/*", "/api/v1/*");
        assertThat(values("http.response.status_code"))
                .hasSizeLessThanOrEqualTo(502)
                .contains("", "other", "100", "599")
                .doesNotContain("600", "99");
        assertThat(values("error.type")).contains("", "broken", "404", "other", "rejected");
    }

    private static RequestStart start(String endpoint) {
        return Start.of(Method.GET).endpoint(endpoint).build();
    }
}
