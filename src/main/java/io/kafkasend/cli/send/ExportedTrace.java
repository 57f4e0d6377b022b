package io.kafkasend.cli.send;

import io.kafkasend.client.ClientException;
import io.kafkasend.client.JobFailedException;
import io.kafkasend.config.TracingSettings;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.TraceContext;
import io.kafkasend.tracing.Steps;
import io.kafkasend.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.util.Optional;

/** One that a collector gets. */
final class ExportedTrace implements CommandTrace {
    private static final Duration LAST_EXPORT = Duration.ofSeconds(3);

    private final Tracing tracing;
    private final Span send;

    private ExportedTrace(Tracing tracing, Span send) {
        this.tracing = tracing;
        this.send = send;
    }

    static CommandTrace begin(
            TracingSettings.Values settings, Optional<TraceContext> parent, String service, String topic) {
        Tracing tracing = new Tracing(settings, service, LAST_EXPORT);
        Span send = tracing.tracer()
                .spanBuilder("send " + topic)
                .setSpanKind(SpanKind.PRODUCER)
                .setParent(Steps.below(parent))
                .setAllAttributes(Steps.messaging(topic, "send"))
                .startSpan();
        return new ExportedTrace(tracing, send);
    }

    @Override
    public Optional<TraceContext> context() {
        return Optional.of(Steps.context(send.getSpanContext()));
    }

    @Override
    public void sent(JobId job) {
        send.setAttribute(Steps.CONVERSATION, job.value());
    }

    @Override
    public void failed(ClientException failure) {
        failure.jobId().map(JobId::value).ifPresent(id -> send.setAttribute(Steps.CONVERSATION, id));
        Steps.failed(
                send,
                failure instanceof JobFailedException job
                        ? job.code().orElse(failure.kind().name())
                        : failure.kind().name());
    }

    @Override
    public void close() {
        send.end();
        tracing.close();
    }
}
