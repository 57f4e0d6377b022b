package io.kafkasend.portal.console;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Collection;
import java.util.List;

/** Jobs as JSON: those under way, those that ended, and how many in each minute. Thread-safe. */
final class JobPages {
    private final OpenJobs open;
    private final JobHistory history;

    JobPages(OpenJobs open, JobHistory history) {
        this.open = open;
        this.history = history;
    }

    byte[] jobs(JobFilter filter) {
        OpenJobs.Look look = open.look(filter);
        return ConsoleJson.object(json -> {
            writeHead(json, look);
            json.writeNumberField("found", look.found());
            writeOpen(json, "jobs", look.shown());
        });
    }

    static void writeHead(JsonGenerator json, OpenJobs.Look look) throws IOException {
        json.writeNumberField("now", look.atMillis());
        json.writeNumberField("open", look.open());
        ConsoleJson.counts(json, "by_state", look.byPhase());
    }

    static void writeOpen(JsonGenerator json, String field, Collection<OpenJob> jobs) throws IOException {
        json.writeArrayFieldStart(field);
        for (OpenJob job : jobs) {
            ConsoleJson.write(json, job);
        }
        json.writeEndArray();
    }

    static void writeEnded(JsonGenerator json, String field, Collection<EndedJob> jobs) throws IOException {
        json.writeArrayFieldStart(field);
        for (EndedJob job : jobs) {
            ConsoleJson.write(json, job);
        }
        json.writeEndArray();
    }

    byte[] recent(JobFilter filter) {
        List<EndedJob> found = history.since(0).stream().filter(filter::takes).toList();
        return ConsoleJson.object(json -> {
            json.writeNumberField("found", found.size());
            writeEnded(json, "jobs", found);
        });
    }

    byte[] series() {
        List<MinuteSeries.Minute> hour = history.minutes().lastHour();
        return ConsoleJson.object(json -> {
            json.writeArrayFieldStart("minutes");
            for (MinuteSeries.Minute minute : hour) {
                json.writeStartObject();
                json.writeNumberField("at", minute.atMillis());
                for (MinuteSeries.Count count : MinuteSeries.Count.values()) {
                    json.writeNumberField(ConsoleJson.name(count), minute.of(count));
                }
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
