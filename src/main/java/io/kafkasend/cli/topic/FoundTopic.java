package io.kafkasend.cli.topic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.client.Topics;
import java.io.IOException;
import java.util.List;

/**
 * What there is to say of a topic.
 *
 * @param name its name
 * @param created whether it was made just now
 * @param shape null where it is missing
 * @param settings likewise
 * @param faults why it is unfit, each in a few words
 */
record FoundTopic(String name, boolean created, Topics.Shape shape, Topics.Settings settings, List<String> faults) {
    /** Whether jobs can use it. */
    boolean fit() {
        return shape != null && faults.isEmpty();
    }

    /** In one word what it is. */
    String state() {
        return shape == null ? "missing" : !faults.isEmpty() ? "unfit" : created ? "created" : "ok";
    }

    /** In one line. */
    String line() {
        if (shape == null) {
            return name + ": missing (the same command with --create makes it)";
        }
        return name + ": " + (faults.isEmpty() ? state() : "unfit, " + String.join(", ", faults))
                + "; partitions " + shape.partitions()
                + ", replication factor " + shape.replicationFactor()
                + ", max.message.bytes " + settings.maxMessageBytes()
                + ", retention " + hours(settings.retentionMillis());
    }

    /** As an object. */
    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeStringField("state", state());
        if (shape != null) {
            json.writeNumberField("partitions", shape.partitions());
            json.writeNumberField("replication_factor", shape.replicationFactor());
            json.writeNumberField("max_message_bytes", settings.maxMessageBytes());
            json.writeNumberField("retention_ms", settings.retentionMillis());
        }
        json.writeArrayFieldStart("faults");
        for (String fault : faults) {
            json.writeString(fault);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String hours(long millis) {
        if (millis < 0) {
            return "for ever";
        }
        return millis % 3_600_000 == 0 ? millis / 3_600_000 + " h" : millis / 1_000 + " s";
    }
}
