package io.kafkasend.cli.diagnose;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * What a portal shows of itself at a moment, as its console tells it. Immutable.
 *
 * @param url where it was asked
 * @param jobs the jobs under way: {@code now}, {@code open}, {@code by_state}, {@code jobs}
 * @param partitions its {@code partitions}
 * @param lastMinute what ended in the last minute that is over
 * @param slots how many calls may run at once
 */
record PortalLook(URI url, JsonNode jobs, JsonNode partitions, JsonNode lastMinute, int slots) {
    /** Jobs that wait or are called, for each call that may run. */
    double work() {
        JsonNode states = jobs.path("by_state");
        return (double) (states.path("waiting").asLong()
                        + states.path("calling").asLong())
                / Math.max(1, slots);
    }

    /** Writes it as fields of the object that is open. */
    void write(JsonGenerator json, ObjectMapper mapper) throws IOException {
        json.writeStringField("url", url.toString());
        json.writeNumberField("open", jobs.path("open").asLong());
        json.writeNumberField("work", Math.round(work() * 1_000) / 1_000.0);
        for (String name : new String[] {"by_state", "jobs"}) {
            json.writeFieldName(name);
            mapper.writeTree(json, jobs.path(name));
        }
        json.writeFieldName("partitions");
        mapper.writeTree(json, partitions);
        json.writeFieldName("last_minute");
        mapper.writeTree(json, lastMinute);
    }

    /** The last of the minutes but the one that has begun. */
    static Optional<JsonNode> lastMinute(JsonNode minutes) {
        return minutes.size() < 2 ? Optional.empty() : Optional.of(minutes.get(minutes.size() - 2));
    }
}
