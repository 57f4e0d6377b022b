package io.kafkasend.tracing;

import io.kafkasend.protocol.TraceContext;
import io.opentelemetry.api.common.AttributeKey;
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
    public static final AttributeKey<String> CONVERSATION = AttributeKey.stringKey("messaging.message.conversation_id");
    /** Why a step has failed: by a word or a code, which is nobody's own text. */
    public static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

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

    /** Another process's step, as it was told; an invalid one where nothing was. */
    public static SpanContext remote(Optional<TraceContext> other) {
        return other.map(from -> SpanContext.createFromRemoteParent(
                        from.traceId(),
                        from.spanId(),
                        from.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                        TraceState.getDefault()))
                .orElse(SpanContext.getInvalid());
    }

    /** Below another process's step; empty begins a trace. */
    public static Context below(Optional<TraceContext> other) {
        return other.isEmpty() ? Context.root() : Context.root().with(Span.wrap(remote(other)));
    }

    /** How the next process is told of a step. */
    public static TraceContext context(SpanContext step) {
        return new TraceContext(step.getTraceId(), step.getSpanId(), step.isSampled());
    }

    /** A value of the operator's, no longer than one of a step may be. */
    public static String bounded(String value) {
        return value.length() <= TraceExport.LONGEST_VALUE ? value : value.substring(0, TraceExport.LONGEST_VALUE);
    }

    /** A step has failed, for this {@link #ERROR_TYPE}. */
    public static void failed(Span step, String type) {
        step.setAttribute(ERROR_TYPE, type).setStatus(StatusCode.ERROR);
    }
}
