package io.kafkasend.portal.trace;

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
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.tracing.FinishedStep;
import io.kafkasend.tracing.StepExport;
import io.kafkasend.tracing.Steps;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.EventData;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The steps of jobs, by OpenTelemetry's conventions: one from START to the outcome, below it one for each request to the API and
 * one for the answer's way to Kafka. Neither paths nor queries nor headers stand in any. On a job's own threads nothing is done
 * but what the API is to be told, and what a step was; what is said of it is made by the thread that exports it. Thread-safe.
 */
final class FollowedJobs implements JobListener, AutoCloseable {
    private static final Duration LAST_EXPORT = Duration.ofSeconds(2);
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private static final AttributeKey<Long> BODY_SIZE = AttributeKey.longKey("messaging.message.body.size");
    private static final AttributeKey<Long> ATTEMPTS = AttributeKey.longKey("kafkasend.call.attempts");
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> TEMPLATE = AttributeKey.stringKey("url.template");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<Long> RESENT = AttributeKey.longKey("http.request.resend_count");

    private final StepExport steps;
    private final String responseTopic;
    private final String processName;
    private final Attributes processing;
    private final Attributes server;
    /** By topic: the operator's, and no others. */
    private final Map<String, Attributes> answering = new ConcurrentHashMap<>();

    private FollowedJobs(PortalSettings settings) {
        this.steps = new StepExport(settings::get, LAST_EXPORT);
        String requestTopic = settings.get(KafkaSettings.REQUEST_TOPIC);
        this.responseTopic = settings.get(KafkaSettings.RESPONSE_TOPIC);
        this.processName = "process " + requestTopic;
        this.processing = Steps.messaging(requestTopic, "process").toBuilder()
                .put("messaging.consumer.group.name", Steps.bounded(settings.get(KafkaSettings.CONSUMER_GROUP)))
                .build();
        URI api = settings.get(ApiSettings.TARGET_API_URL);
        this.server = Attributes.builder()
                .put("server.address", Steps.bounded(api.getHost()))
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
        job.follow(begun(job.start()));
    }

    private FollowedJob begun(RequestStart start) {
        SpanContext parent = Steps.remote(Optional.ofNullable(start.traceparent()));
        return new FollowedJob(parent, steps.begin(parent, processName, SpanKind.CONSUMER));
    }

    /** The API is about to be asked, on the call's thread; gives what it is to be told. */
    private Optional<String> calls(Job job) {
        return followed(job).map(followed -> {
            SpanContext call = steps.beginBelow(followed.process());
            followed.calls(call);
            return Steps.context(call).toString();
        });
    }

    private static Optional<FollowedJob> followed(Job job) {
        return job.trace().map(FollowedJob.class::cast);
    }

    /** The API was asked, on the call's thread. */
    private void called(ApiAttempt attempt) {
        followed(attempt.job()).filter(FollowedJob::kept).ifPresent(followed -> {
            FollowedJob.Call call = followed.call();
            String method = attempt.job().start().method().name();
            String template = Steps.bounded(attempt.job().allowedBy().orElse("other"));
            OptionalInt status = attempt.status();
            String error = attempt.errorType().orElse(null);
            steps.add(new FinishedStep(
                    method + " " + template,
                    SpanKind.CLIENT,
                    call.context(),
                    followed.process(),
                    call.began(),
                    followed.now(),
                    () -> said(server, error, attributes -> asked(attributes, method, template, status, call.before())),
                    List.of(),
                    error != null));
        });
    }

    private static AttributesBuilder asked(
            AttributesBuilder attributes, String method, String template, OptionalInt status, int before) {
        attributes.put(METHOD, method).put(TEMPLATE, template);
        status.ifPresent(code -> attributes.put(STATUS, (long) code));
        return before > 0 ? attributes.put(RESENT, (long) before) : attributes;
    }

    @Override
    public void ended(Job job, JobOutcome outcome) {
        followed(job).filter(FollowedJob::kept).ifPresent(followed -> ended(job, followed, outcome));
    }

    private void ended(Job job, FollowedJob followed, JobOutcome outcome) {
        long now = followed.now();
        String id = job.id().value();
        String code = outcome.code().map(ErrorCode::name).orElse(null);
        long answering = job.time().spent(Phase.ANSWERING).toNanos();
        if (answering > 0) {
            answered(job, followed, now - answering, now, code);
        }
        List<EventData> events = new ArrayList<>();
        long from = begun(events, "answering", now, answering);
        from = begun(events, "calling", from, job.time().spent(Phase.CALLING).toNanos());
        begun(events, "whole", from, job.time().spent(Phase.WAITING).toNanos());
        if (outcome.equals(JobOutcome.ELSEWHERE)) {
            events.add(EventData.create(now, "left", Attributes.empty()));
        }
        long received = job.body().received();
        long attempts = job.tally().attempts();
        UnaryOperator<AttributesBuilder> said = attributes ->
                attributes.put(Steps.CONVERSATION, id).put(BODY_SIZE, received).put(ATTEMPTS, attempts);
        processed(followed, now, said, events, code);
    }

    /** Tells of a phase's begin, by its end and how long it lasted; not of one that was left out. Gives when it began. */
    private static long begun(List<EventData> events, String phase, long end, long lasted) {
        if (lasted > 0) {
            events.add(EventData.create(end - lasted, phase, Attributes.empty()));
        }
        return end - lasted;
    }

    private void answered(Job job, FollowedJob followed, long from, long to, String code) {
        String id = job.id().value();
        String topic = job.caller().replyTopic().orElse(responseTopic);
        long bytes = job.tally().answerBytes();
        steps.add(new FinishedStep(
                "send " + topic,
                SpanKind.PRODUCER,
                steps.beginBelow(followed.process()),
                followed.process(),
                from,
                to,
                () -> said(
                        answering.computeIfAbsent(topic, name -> Steps.messaging(name, "send")),
                        code,
                        attributes -> attributes.put(Steps.CONVERSATION, id).put(BODY_SIZE, bytes)),
                List.of(),
                code != null));
    }

    @Override
    public void refused(RefusedRequest request) {
        request.start().map(this::begun).filter(FollowedJob::kept).ifPresent(followed -> {
            String id = request.id().value();
            processed(
                    followed,
                    followed.now(),
                    attributes -> attributes.put(Steps.CONVERSATION, id),
                    List.of(),
                    request.code().name());
        });
    }

    private void processed(
            FollowedJob followed,
            long now,
            UnaryOperator<AttributesBuilder> said,
            List<EventData> events,
            String code) {
        steps.add(new FinishedStep(
                processName,
                SpanKind.CONSUMER,
                followed.process(),
                followed.parent(),
                followed.began(),
                now,
                () -> said(processing, code, said),
                events,
                code != null));
    }

    private static Attributes said(Attributes always, String error, UnaryOperator<AttributesBuilder> more) {
        AttributesBuilder attributes = more.apply(always.toBuilder());
        return (error == null ? attributes : attributes.put(Steps.ERROR_TYPE, error)).build();
    }

    @Override
    public void close() {
        steps.close();
    }
}
