package io.kafkasend.cli.dev;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.bench.soak.Ending;
import io.kafkasend.bench.soak.Slice;
import io.kafkasend.bench.soak.SoakResult;
import io.kafkasend.bench.soak.Trend;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/**
 * A soak's result as JSON.
 *
 * @param result what it has found
 */
record SoakJson(SoakResult result) {
    /** Writes it into the object that is open, as the field {@code soak}. */
    void write(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("soak");
        json.writeBooleanField("passed", result.passed());
        json.writeNumberField("run_seconds", result.seconds());
        json.writeBooleanField("stopped", result.stopped());
        json.writeNumberField("cores", result.machine().cores());
        json.writeNumberField("cpu_seconds", result.cpuSeconds());
        json.writeNumberField("jobs", result.jobs());
        counts(json, "endings", ending -> result.endings().get(ending));
        json.writeObjectFieldStart("why");
        for (Map.Entry<Ending, Map<String, Long>> ending : result.details().entrySet()) {
            json.writeObjectFieldStart(name(ending.getKey()));
            for (Map.Entry<String, Long> detail : ending.getValue().entrySet()) {
                json.writeNumberField(detail.getKey(), detail.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeObjectFieldStart("kinds");
        for (Map.Entry<String, Long> kind : result.kinds().entrySet()) {
            json.writeNumberField(kind.getKey(), kind.getValue());
        }
        json.writeEndObject();
        json.writeNumberField("body_bytes", result.bytes());
        json.writeNumberField("hostile_records", result.hostile());
        json.writeNumberField("called_twice", result.duplicates());
        json.writeArrayFieldStart("slices");
        for (Slice slice : result.slices()) {
            slice(json, slice);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("trends");
        for (Trend trend : result.trends()) {
            trend(json, trend);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** How many there are of one. */
    private interface Count {
        long of(Ending ending);
    }

    private static void counts(JsonGenerator json, String field, Count count) throws IOException {
        json.writeObjectFieldStart(field);
        for (Ending ending : Ending.values()) {
            json.writeNumberField(name(ending), count.of(ending));
        }
        json.writeEndObject();
    }

    private static void slice(JsonGenerator json, Slice slice) throws IOException {
        json.writeStartObject();
        json.writeNumberField("from_seconds", slice.from());
        json.writeNumberField("right", slice.right());
        json.writeNumberField("other", slice.other());
        json.writeNumberField("wrong", slice.wrong());
        number(json, "small_p50_ms", slice.smallP50());
        number(json, "small_p99_ms", slice.smallP99());
        number(json, "all_p50_ms", slice.allP50());
        number(json, "all_p99_ms", slice.allP99());
        json.writeEndObject();
    }

    private static void trend(JsonGenerator json, Trend trend) throws IOException {
        json.writeStartObject();
        json.writeStringField("process", trend.part());
        json.writeStringField("quantity", trend.quantity().name().toLowerCase(Locale.ROOT));
        json.writeNumberField("points", trend.points());
        json.writeNumberField("first", trend.first());
        json.writeNumberField("last", trend.last());
        json.writeNumberField("most", trend.most());
        number(json, "per_hour", trend.perHour());
        number(json, "margin_95", trend.margin());
        number(json, "bound", trend.bound());
        json.writeStringField("verdict", trend.verdict().name().toLowerCase(Locale.ROOT));
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String field, Double value) throws IOException {
        if (value == null) {
            json.writeNullField(field);
        } else {
            json.writeNumberField(field, value);
        }
    }

    private static String name(Ending ending) {
        return ending.name().toLowerCase(Locale.ROOT);
    }
}
