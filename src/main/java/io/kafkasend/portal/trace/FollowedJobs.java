package io.kafkasend.portal.trace;

import io.kafkasend.config.AllowListSettings;
import io.kafkasend.config.ApiSettings;
import io.kafkasend.config.KafkaSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.portal.call.ApiAttempt;
import io.kafkasend.portal.call.ApiBreaker;
import io.kafkasend.portal.call.ApiRequest;
import io.kafkasend.portal.job.Job;
import io.kafkasend.portal.job.JobListener;
import io.kafkasend.portal.job.JobOutcome;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.job.Phase;
import io.kafkasend.portal.job.RefusedRequest;
import io.kafkasend.portal.settings.PortalConfiguration;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.security.endpoint.EndpointPolicy;
import io.kafkasend.tracing.Steps;
import io.kafkasend.tracing.Tracing;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The steps of jobs, by OpenTelemetry's conventions: one from START to the outcome, below it one for each request to the API and
 * one for the answer's way to Kafka. Neither paths nor queries nor headers stand in any. Thread-safe.
 */
final class FollowedJobs implements JobListener, AutoCloseable {
    private static final Duration LAST_EXPORT = Duration.ofSeconds(2);
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private final Tracing tracing;
    private final Tracer tracer;
    private final EndpointPolicy endpoints;
    private final String requestTopic;
    private final String responseTopic;
    private final Attributes processing;
    private final Attributes server;

    private FollowedJobs(PortalSettings settings) {
        this.tracing = Tracing.ofPortal(settings::get, LAST_EXPORT);
        this.tracer = tracing.tracer();
        this.endpoints = new EndpointPolicy(
                settings.get(AllowListSettings.ALLOWED_ENDPOINTS), settings.get(AllowListSettings.STRICT_SECURITY));
        this.requestTopic = settings.get(KafkaSettings.REQUEST_TOPIC);
        this.responseTopic = settings.get(KafkaSettings.RESPONSE_TOPIC);
        this.processing = Steps.messaging(requestTopic, "process").toBuilder()
                .put("messaging.consumer.group.name", settings.get(KafkaSettings.CONSUMER_GROUP))
                .build();
        URI api = settings.get(ApiSettings.TARGET_API_URL);
        this.server = Attributes.builder()
                .put("server.address", api.getHost())
                .put("server.port", port(api))
                .build();
    }

    /** Follows what these tell of. */
    static FollowedJobs of(PortalConfiguration configuration, Jobs jobs, ApiBreaker breaker, ApiRequest prepare) {
        FollowedJobs followed = new FollowedJobs(configuration.settings());
        jobs.whenEnded(followed);
        prepare.whenPrepared(followed::calls);
        breaker.whenCalled(followed::called);
        return followed;
    }

    private static int port(URI url) {
        return url.getPort() >= 0 ? url.getPort() : "https".equalsIgnoreCase(url.getScheme()) ? HTTPS : HTTP;
    }

    @Override
    public void opened(Job job) {
        job.follow(new FollowedJob(process(job.id(), job.start())));
    }

    private Span process(JobId id, RequestStart start) {
        return tracer.spanBuilder("process " + requestTopic)
                .setSpanKind(SpanKind.CONSUMER)
                .setParent(Steps.below(Optional.ofNullable(start.traceparent())))
                .setAllAttributes(processing)
                .setAttribute(Steps.CONVERSATION, id.value())
                .startSpan();
    }

    /** The API is about to be asked, on the call's thread; gives what it is to be told. */
    private Optional<String> calls(Job job) {
        return job.trace().map(FollowedJob.class::cast).map(followed -> {
            String method = job.start().method().name();
            String template = endpoints.entryFor(job.start().endpoint()).orElse("other");
            SpanBuilder call = below(followed, method + " " + template, SpanKind.CLIENT)
                    .setAllAttributes(server)
                    .setAttribute("http.request.method", method)
                    .setAttribute("url.template", template);
            int before = followed.calls(call.startSpan());
            if (before > 0) {
                followed.call().setAttribute("http.request.resend_count", before);
            }
            return Steps.context(followed.call()).toString();
        });
    }

    private SpanBuilder below(FollowedJob followed, String name, SpanKind kind) {
        return tracer.spanBuilder(name)
                .setSpanKind(kind)
                .setParent(Context.root().with(followed.process()));
    }

    /** The API was asked, on the call's thread. */
    private void called(ApiAttempt attempt) {
        attempt.job().trace().map(FollowedJob.class::cast).ifPresent(followed -> {
            Span call = followed.call();
            attempt.status().ifPresent(status -> call.setAttribute("http.response.status_code", status));
            attempt.errorType().ifPresent(type -> Steps.failed(call, type));
            call.end();
        });
    }

    @Override
    public void ended(Job job, JobOutcome outcome) {
        job.trace().map(FollowedJob.class::cast).ifPresent(followed -> ended(job, followed, outcome));
    }

    private void ended(Job job, FollowedJob followed, JobOutcome outcome) {
        Span process = followed.process();
        if (!process.isRecording()) {
            return;
        }
        Instant now = Instant.now();
        Duration left = Duration.ZERO;
        Phase[] phases = {Phase.ANSWERING, Phase.CALLING, Phase.WAITING};
        for (Phase phase : phases) {
            Duration spent = job.time().spent(phase);
            if (!spent.isZero()) {
                left = left.plus(spent);
                process.addEvent(FollowedJob.event(phase), now.minus(left));
            }
        }
        Duration answering = job.time().spent(Phase.ANSWERING);
        if (!answering.isZero()) {
            answer(job, followed, now.minus(answering), now, outcome);
        }
        process.setAttribute("messaging.message.body.size", job.body().received())
                .setAttribute("kafkasend.call.attempts", job.tally().attempts());
        if (outcome.equals(JobOutcome.ELSEWHERE)) {
            process.addEvent("left", now);
        }
        outcome.code().map(ErrorCode::name).ifPresent(code -> Steps.failed(process, code));
        process.end(now);
    }

    private void answer(Job job, FollowedJob followed, Instant from, Instant to, JobOutcome outcome) {
        String topic = job.caller().replyTopic().orElse(responseTopic);
        Span send = below(followed, "send " + topic, SpanKind.PRODUCER)
                .setStartTimestamp(from)
                .setAllAttributes(Steps.messaging(topic, "send"))
                .setAttribute(Steps.CONVERSATION, job.id().value())
                .setAttribute("messaging.message.body.size", job.tally().answerBytes())
                .startSpan();
        outcome.code().map(ErrorCode::name).ifPresent(code -> Steps.failed(send, code));
        send.end(to);
    }

    @Override
    public void refused(RefusedRequest request) {
        request.start().ifPresent(start -> {
            Span process = process(request.id(), start);
            Steps.failed(process, request.code().name());
            process.end();
        });
    }

    @Override
    public void close() {
        tracing.close();
    }
}
