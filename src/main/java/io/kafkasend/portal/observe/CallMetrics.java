package io.kafkasend.portal.observe;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.kafkasend.config.ApiSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.management.Buckets;
import io.kafkasend.management.Metrics;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.portal.call.ApiAttempt;
import io.kafkasend.portal.call.ApiBreaker;
import io.kafkasend.portal.call.Authorisation;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** How API and token server answer: recorded once a request. Thread-safe. */
public final class CallMetrics {
    private static final int HTTPS = 443;
    private static final int HTTP = 80;
    private static final List<CircuitBreaker.State> STATES =
            List.of(CircuitBreaker.State.CLOSED, CircuitBreaker.State.OPEN, CircuitBreaker.State.HALF_OPEN);

    private final MeterRegistry registry;
    private final Tags server;
    /** Made when they are first needed: to find one anew costs more than to count. */
    private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

    /** The labels of a request that may differ; there are as many as the operator and the program wrote. */
    private record Series(String method, String template, String status, String error) {}

    /**
     * @param metrics where they go
     * @param configuration where the API is
     * @param breaker tells of each request to the API
     * @param authorisation tells of each request for a token
     */
    public CallMetrics(
            Metrics metrics, PortalConfiguration configuration, ApiBreaker breaker, Authorisation authorisation) {
        this.registry = metrics.registry();
        PortalSettings settings = configuration.settings();
        URI api = settings.get(ApiSettings.TARGET_API_URL);
        this.server = Tags.of("server.address", api.getHost(), "server.port", Integer.toString(port(api)));
        for (CircuitBreaker.State state : STATES) {
            Gauge.builder("kafkasend.breaker.state", breaker, all -> all.in(state))
                    .description("Circuit breakers of the API in each state: one for each client")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        if (!configuration.hasManagementPort()) {
            return;
        }
        breaker.whenCalled(this::called);
        authorisation.whenAsked(this::asked);
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : "https".equalsIgnoreCase(url.getScheme()) ? HTTPS : HTTP;
    }

    void called(ApiAttempt attempt) {
        timers.computeIfAbsent(
                        new Series(
                                attempt.job().start().method().name(),
                                attempt.job().allowedBy().orElse(Labels.OTHER),
                                attempt.status().isPresent()
                                        ? Labels.status(attempt.status().getAsInt())
                                        : Labels.ABSENT,
                                error(attempt)),
                        this::timer)
                .record(attempt.lasted());
    }

    private Timer timer(Series series) {
        return Buckets.timer("http.client.request.duration", "How long the API took to the head of its answer")
                .tags(server)
                .tags(
                        "http.request.method",
                        series.method(),
                        "url.template",
                        series.template(),
                        "http.response.status_code",
                        series.status(),
                        "error.type",
                        series.error())
                .register(registry);
    }

    private static String error(ApiAttempt attempt) {
        return attempt.status().isPresent()
                ? attempt.errorType()
                        .map(type -> Labels.status(attempt.status().getAsInt()))
                        .orElse(Labels.ABSENT)
                : attempt.errorType().orElse(Labels.ABSENT);
    }

    void asked(Optional<TokenException.Kind> failure, Duration lasted) {
        Counter.builder("kafkasend.token.requests")
                .description("Requests to the token server")
                .tag(
                        "error.type",
                        failure.map(kind -> kind.name().toLowerCase(Locale.ROOT))
                                .orElse(Labels.ABSENT))
                .register(registry)
                .increment();
    }
}
