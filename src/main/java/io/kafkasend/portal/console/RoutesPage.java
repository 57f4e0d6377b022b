package io.kafkasend.portal.console;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.lifecycle.StepCount;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.ServiceStatus;
import org.apache.camel.model.Model;
import org.apache.camel.model.OptionalIdentifiedDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;

/**
 * The routes as JSON: their steps within one another, and how often each was come to. Of an endpoint its scheme and name are
 * shown, without parameters. Thread-safe.
 */
final class RoutesPage {
    private final CamelContext context;
    private final FailStop failStop;

    RoutesPage(CamelContext context, FailStop failStop) {
        this.context = context;
        this.failStop = failStop;
    }

    byte[] json() {
        Map<String, StepCount> counts = failStop.stepCounts();
        List<RouteDefinition> routes = inOrder(
                context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinitions());
        return ConsoleJson.object(json -> {
            json.writeArrayFieldStart("routes");
            for (RouteDefinition route : routes) {
                ServiceStatus status = context.getRouteController().getRouteStatus(route.getRouteId());
                json.writeStartObject();
                json.writeStringField("id", route.getRouteId());
                describe(json, route);
                json.writeStringField("from", name(from(route)));
                json.writeStringField("status", status == null ? "" : ConsoleJson.name(status));
                steps(json, route.getOutputs(), counts);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private String from(RouteDefinition route) {
        return context.resolvePropertyPlaceholders(route.getInput().getEndpointUri());
    }

    /** Where records come in first, and behind each route those that it hands on to. */
    private List<RouteDefinition> inOrder(List<RouteDefinition> routes) {
        Map<String, RouteDefinition> byFrom = new LinkedHashMap<>();
        routes.forEach(route -> byFrom.put(name(from(route)), route));
        Set<RouteDefinition> ordered = new LinkedHashSet<>();
        byFrom.forEach((from, route) -> {
            if (!from.startsWith("direct:")) {
                follow(route, byFrom, ordered);
            }
        });
        ordered.addAll(routes);
        return List.copyOf(ordered);
    }

    private static void follow(
            RouteDefinition route, Map<String, RouteDefinition> byFrom, Set<RouteDefinition> ordered) {
        if (route != null && ordered.add(route)) {
            List<String> targets = new ArrayList<>();
            targets(route.getOutputs(), targets);
            targets.forEach(target -> follow(byFrom.get(target), byFrom, ordered));
        }
    }

    private static void targets(List<ProcessorDefinition<?>> steps, List<String> targets) {
        for (ProcessorDefinition<?> step : steps) {
            if (step instanceof ToDefinition to) {
                targets.add(name(to.getUri()));
            }
            if (!"onException".equals(step.getShortName())) { // what fails comes behind what does not
                targets(step.getOutputs(), targets);
            }
        }
    }

    private static void describe(JsonGenerator json, OptionalIdentifiedDefinition<?> node) throws IOException {
        json.writeStringField("description", node.getDescription() == null ? "" : node.getDescription());
    }

    private static String name(String uri) {
        int parameters = uri == null ? -1 : uri.indexOf('?');
        return uri == null ? "" : parameters < 0 ? uri : uri.substring(0, parameters);
    }

    private static void steps(JsonGenerator json, List<ProcessorDefinition<?>> outputs, Map<String, StepCount> counts)
            throws IOException {
        json.writeArrayFieldStart("steps");
        for (ProcessorDefinition<?> step : outputs) {
            json.writeStartObject();
            json.writeStringField("id", step.getId() == null ? step.getShortName() : step.getId());
            json.writeStringField("kind", step.getShortName());
            describe(json, step);
            StepCount count = step.getId() == null ? null : counts.get(step.getId());
            if (count != null) {
                json.writeNumberField("count", count.begun());
                json.writeNumberField("within", count.within());
                json.writeNumberField("failed", count.failed());
            }
            if (!step.getOutputs().isEmpty()) {
                steps(json, step.getOutputs(), counts);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
