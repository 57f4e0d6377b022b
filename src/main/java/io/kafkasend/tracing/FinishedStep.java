package io.kafkasend.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.EventData;
import java.util.List;
import java.util.function.Supplier;

/**
 * A step that is over. Immutable.
 *
 * @param name what it is called
 * @param kind whether it takes, asks or gives
 * @param context its trace and its id
 * @param parent the step that it is below; invalid where it begins a trace
 * @param begin when it began, in nanoseconds since 1970
 * @param end when it ended, likewise
 * @param attributes what else there is to say of it; asked once, where it is exported, by the thread that does that
 * @param events what came about meanwhile
 * @param failed whether it failed
 */
public record FinishedStep(
        String name,
        SpanKind kind,
        SpanContext context,
        SpanContext parent,
        long begin,
        long end,
        Supplier<Attributes> attributes,
        List<EventData> events,
        boolean failed) {}
