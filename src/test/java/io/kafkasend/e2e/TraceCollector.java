package io.kafkasend.e2e;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** An OpenTelemetry collector, as far as traces by OTLP over HTTP go. */
final class TraceCollector implements AutoCloseable {
    /**
     * A step of a trace, as it came.
     *
     * @param service whose it is
     * @param parent the step above; empty for none
     */
    record Step(
            String service,
            String name,
            String kind,
            String trace,
            String id,
            String parent,
            Map<String, String> attributes,
            List<String> events,
            boolean failed,
            long from,
            long to) {}

    private final HttpServer server;
    private final List<Step> steps = new CopyOnWriteArrayList<>();
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    private TraceCollector(HttpServer server) {
        this.server = server;
    }

    static TraceCollector start() throws IOException {
        return start(0);
    }

    static TraceCollector start(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        TraceCollector collector = new TraceCollector(server);
        server.createContext("/v1/traces", exchange -> {
            collector.take(ExportTraceServiceRequest.parseFrom(exchange.getRequestBody()));
            collector.keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("x-key")));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return collector;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Those of a trace. */
    List<Step> of(String trace) {
        return steps.stream().filter(step -> step.trace().equals(trace)).toList();
    }

    List<Step> all() {
        return steps;
    }

    /** Everything that came, as text. */
    String text() {
        return String.join("\n", texts);
    }

    /** What the header {@code x-key} was, each time. */
    List<String> keys() {
        return keys;
    }

    private void take(ExportTraceServiceRequest request) {
        texts.add(request.toString());
        request.getResourceSpansList().forEach(resource -> {
            String service =
                    attributes(resource.getResource().getAttributesList()).get("service.name");
            resource.getScopeSpansList().stream()
                    .flatMap(scope -> scope.getSpansList().stream())
                    .forEach(span -> steps.add(step(service, span)));
        });
    }

    private static Step step(String service, Span span) {
        HexFormat hex = HexFormat.of();
        return new Step(
                service,
                span.getName(),
                span.getKind().name().replace("SPAN_KIND_", ""),
                hex.formatHex(span.getTraceId().toByteArray()),
                hex.formatHex(span.getSpanId().toByteArray()),
                hex.formatHex(span.getParentSpanId().toByteArray()),
                attributes(span.getAttributesList()),
                span.getEventsList().stream().map(Span.Event::getName).sorted().toList(),
                span.getStatus().getCodeValue() == 2,
                span.getStartTimeUnixNano(),
                span.getEndTimeUnixNano());
    }

    private static Map<String, String> attributes(List<KeyValue> pairs) {
        return pairs.stream()
                .collect(Collectors.toMap(KeyValue::getKey, pair -> text(pair.getValue()), (a, b) -> b, TreeMap::new));
    }

    private static String text(AnyValue value) {
        return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
