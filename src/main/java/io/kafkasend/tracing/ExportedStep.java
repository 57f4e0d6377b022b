package io.kafkasend.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.InstrumentationLibraryInfo;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;

/**
 * A finished step as OpenTelemetry's exporter takes it. What is to be said of it is made on the exporter's thread, and never where
 * the step is dropped: a span of the SDK's costs several times as much, since it can be written to from anywhere at any time.
 */
final class ExportedStep implements ReadableSpan, SpanData {
    private final FinishedStep step;
    private final Resource resource;
    private final InstrumentationScopeInfo scope;
    /** Of the exporter's thread. */
    private Attributes attributes;

    ExportedStep(FinishedStep step, Resource resource, InstrumentationScopeInfo scope) {
        this.step = step;
        this.resource = resource;
        this.scope = scope;
    }

    @Override
    public SpanData toSpanData() {
        attributes = step.attributes().get();
        return this;
    }

    @Override
    public SpanContext getSpanContext() {
        return step.context();
    }

    @Override
    public SpanContext getParentSpanContext() {
        return step.parent();
    }

    @Override
    public String getName() {
        return step.name();
    }

    @Override
    public SpanKind getKind() {
        return step.kind();
    }

    @Override
    public long getStartEpochNanos() {
        return step.begin();
    }

    @Override
    public long getEndEpochNanos() {
        return step.end();
    }

    @Override
    public long getLatencyNanos() {
        return step.end() - step.begin();
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public StatusData getStatus() {
        return step.failed() ? StatusData.error() : StatusData.unset();
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public <T> T getAttribute(AttributeKey<T> key) {
        return attributes.get(key);
    }

    @Override
    public int getTotalAttributeCount() {
        return attributes.size();
    }

    @Override
    public List<EventData> getEvents() {
        return step.events();
    }

    @Override
    public int getTotalRecordedEvents() {
        return step.events().size();
    }

    @Override
    public List<LinkData> getLinks() {
        return List.of();
    }

    @Override
    public int getTotalRecordedLinks() {
        return 0;
    }

    @Override
    public Resource getResource() {
        return resource;
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return scope;
    }

    @Override
    @Deprecated
    public InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return InstrumentationLibraryInfo.create(scope.getName(), null);
    }
}
