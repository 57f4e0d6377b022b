package io.kafkasend.management;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheck.Result;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.hc.core5.http.HttpStatus;

/**
 * Camel's health as JSON, in the form of Camel's own page: a status, and the checks with their names, statuses and data. Of checks
 * that are not ours, names and statuses only: what their data hold is not known here. Thread-safe.
 */
final class HealthPage {
    private static final JsonFactory JSON = new JsonFactory();
    /** Camel's word for the checks that are up, too. */
    private static final String EVERY = "full";

    /** Camel's check of its context, which it calls one of liveness, "to ensure we have at least one". */
    private static final String CONTEXT = "context";

    private final Function<CamelContext, Collection<Result>> checks;
    private final CamelContext context;

    private HealthPage(CamelContext context, Function<CamelContext, Collection<Result>> checks) {
        this.context = context;
        this.checks = checks;
    }

    /** All checks; those that take no program out of service do not count for the status. */
    static HealthPage all(CamelContext context) {
        return new HealthPage(context, camel -> HealthCheckHelper.invoke(camel, EVERY));
    }

    /** Whether to start the process again: not while Camel's context waits for its start, or ends in good order. */
    static HealthPage live(CamelContext context) {
        return new HealthPage(context, camel -> HealthCheckHelper.invokeLiveness(camel, EVERY).stream()
                .filter(result -> !result.getCheck().getId().equals(CONTEXT))
                .toList());
    }

    /** Whether to count on the program. */
    static HealthPage ready(CamelContext context) {
        return new HealthPage(context, camel -> HealthCheckHelper.invokeReadiness(camel, EVERY));
    }

    ManagementAnswer answer() {
        List<Result> results = checks.apply(context).stream()
                .sorted(Comparator.comparing((Result result) -> !(result.getCheck() instanceof OwnCheck))
                        .thenComparing(result -> result.getCheck().getId()))
                .toList();
        boolean up = results.stream().noneMatch(result -> counts(result.getCheck()) && result.getState() == State.DOWN);
        return ManagementAnswer.json(
                up ? HttpStatus.SC_OK : HttpStatus.SC_SERVICE_UNAVAILABLE, json(up ? State.UP : State.DOWN, results));
    }

    private static boolean counts(HealthCheck check) {
        return check.isReadiness() || check.isLiveness();
    }

    private static byte[] json(State status, List<Result> results) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.setPrettyPrinter(new DefaultPrettyPrinter());
            json.writeStartObject();
            json.writeStringField("status", status.name());
            json.writeArrayFieldStart("checks");
            for (Result result : results) {
                write(json, result);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never into memory
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator json, Result result) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", result.getCheck().getId());
        json.writeStringField("status", result.getState().name());
        if (result.getCheck() instanceof OwnCheck) {
            json.writeObjectFieldStart("data");
            for (Map.Entry<String, Object> detail : new TreeMap<>(result.getDetails()).entrySet()) {
                if (!HealthCheckHelper.isReservedKey(detail.getKey())) {
                    write(json, detail.getKey(), detail.getValue());
                }
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, Object value) throws IOException {
        if (value instanceof Number number) {
            json.writeNumberField(name, number.longValue());
        } else {
            json.writeStringField(name, String.valueOf(value));
        }
    }
}
