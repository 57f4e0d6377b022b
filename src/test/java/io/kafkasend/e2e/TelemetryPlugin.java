package io.kafkasend.e2e;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.apache.kafka.server.telemetry.ClientTelemetryExporter;
import org.apache.kafka.server.telemetry.ClientTelemetryExporterProvider;
import org.apache.kafka.shaded.com.google.protobuf.InvalidProtocolBufferException;
import org.apache.kafka.shaded.io.opentelemetry.proto.common.v1.KeyValue;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Metric;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.MetricsData;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.NumberDataPoint;

/** What an operator adds to a broker to have the metrics that clients push; the broker makes it, by its name. */
public final class TelemetryPlugin implements MetricsReporter, ClientTelemetryExporterProvider {
    /** The last value of each series that any client pushed, by its name and labels; sums are added up. */
    static final Map<String, Double> PUSHED = new ConcurrentHashMap<>();

    @Override
    public ClientTelemetryExporter clientTelemetryExporter() {
        return (context, payload) -> {
            try {
                MetricsData.parseFrom(payload.data()).getResourceMetricsList().stream()
                        .flatMap(resource -> resource.getScopeMetricsList().stream())
                        .flatMap(scope -> scope.getMetricsList().stream())
                        .forEach(TelemetryPlugin::keep);
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        };
    }

    private static void keep(Metric metric) {
        metric.getGauge().getDataPointsList().forEach(point -> PUSHED.put(series(metric, point), point.getAsDouble()));
        metric.getSum()
                .getDataPointsList()
                .forEach(point -> PUSHED.merge(series(metric, point), point.getAsDouble(), Double::sum)); // by deltas
    }

    private static String series(Metric metric, NumberDataPoint point) {
        StringBuilder labels = new StringBuilder();
        for (KeyValue label : point.getAttributesList()) {
            labels.append('{')
                    .append(label.getKey())
                    .append('=')
                    .append(label.getValue().getStringValue())
                    .append('}');
        }
        return metric.getName() + labels;
    }

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {}

    @Override
    public void metricRemoval(KafkaMetric metric) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
}
