package io.kafkasend.tracing;

import io.kafkasend.protocol.TraceContext;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import java.util.Optional;

/** What steps have in common, in the words of OpenTelemetry's conventions. */
public final class Steps {
    /** The job's id. */
    public static final String CONVERSATION = "messaging.message.conversation_id";

    private Steps() {}

    /** What a step says of the topic that it reads or writes. */
    public static Attributes messaging(String topic, String operation) {
        return Attributes.builder()
                .put("messaging.system", "kafka")
                .put("messaging.destination.name", topic)
                .put("messaging.operation.name", operation)
                .put("messaging.operation.type", operation)
                .build();
    }

    /** Below another process's step; empty begins a trace. */
    public static Context below(Optional<TraceContext> other) {
        return other.map(from -> Context.root()
                        .with(Span.wrap(SpanContext.createFromRemoteParent(
                                from.traceId(),
                                from.spanId(),
                                from.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                                TraceState.getDefault()))))
                .orElse(Context.root());
    }

    /** How the next process is told of a step. */
    public static TraceContext context(Span step) {
        SpanContext context = step.getSpanContext();
        return new TraceContext(context.getTraceId(), context.getSpanId(), context.isSampled());
    }

    /** A step has failed; by a word or a code, which is nobody's own text. */
    public static void failed(Span step, String type) {
        step.setAttribute("error.type", type).setStatus(StatusCode.ERROR);
    }
}
