package io.kafkasend.portal.observe;

import io.kafkasend.management.Metrics;
import io.kafkasend.management.OnDemand;
import io.kafkasend.portal.kafka.KafkaClients;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Route;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * What JVM, Kafka's clients and Camel have to say of themselves, in the names of Micrometer's binders, and of Camel's own. Not
 * thread-safe: of the management port's thread, but for the end.
 */
public final class LibraryMetrics implements CamelContextAware, AutoCloseable {
    private final MeterRegistry registry;
    private final KafkaClients clients;
    private final Map<Object, Bound> ofClients = new IdentityHashMap<>();
    private final Set<String> routes = new HashSet<>();
    private CamelContext context;
    /** Null before the first page. */
    private JvmGcMetrics collectors;

    /** A client's meters, and what looks whether it has others now. */
    private record Bound(KafkaClientMetrics meters, OnDemand look) {}

    /**
     * @param metrics where they go
     * @param clients Kafka's
     */
    public LibraryMetrics(Metrics metrics, KafkaClients clients) {
        this.registry = metrics.registry();
        this.clients = clients;
        metrics.beforePage(this::look);
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** Not at start, which would take longer by it. */
    private void bindJvm() {
        collectors = new JvmGcMetrics();
        List.<MeterBinder>of(
                        new JvmMemoryMetrics(),
                        collectors,
                        new JvmThreadMetrics(),
                        new ClassLoaderMetrics(),
                        new ProcessorMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics())
                .forEach(binder -> binder.bindTo(registry));
    }

    private synchronized void look() {
        if (collectors == null) {
            bindJvm();
        }
        List<Consumer<Object, Object>> consumers = clients.consumers();
        List<Producer<Object, Object>> producers = clients.producers();
        Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());
        open.addAll(consumers);
        open.addAll(producers);
        ofClients.entrySet().removeIf(entry -> {
            boolean closed = !open.contains(entry.getKey());
            if (closed) {
                entry.getValue().meters().close();
            }
            return closed;
        });
        consumers.forEach(one -> bind(one, (of, by) -> new KafkaClientMetrics(of, Tags.empty(), by)));
        producers.forEach(one -> bind(one, (of, by) -> new KafkaClientMetrics(of, Tags.empty(), by)));
        ofClients.values().forEach(bound -> bound.look().run());
        context.getRoutes().forEach(this::bindRoute);
    }

    private <T> void bind(T client, BiFunction<T, ScheduledExecutorService, KafkaClientMetrics> binder) {
        ofClients.computeIfAbsent(client, key -> {
            OnDemand look = new OnDemand();
            KafkaClientMetrics meters = binder.apply(client, look);
            meters.bindTo(registry);
            return new Bound(meters, look);
        });
    }

    private void bindRoute(Route route) {
        if (routes.add(route.getRouteId())) {
            Gauge.builder("camel.exchanges.inflight", context, camel -> camel.getInflightRepository()
                            .size(route.getRouteId()))
                    .description("Exchanges in flight")
                    .tag("routeId", route.getRouteId())
                    .register(registry);
        }
    }

    /** Ends what it listens to. */
    @Override
    public synchronized void close() {
        ofClients.values().forEach(bound -> bound.meters().close());
        ofClients.clear();
        if (collectors != null) {
            collectors.close();
        }
    }
}
