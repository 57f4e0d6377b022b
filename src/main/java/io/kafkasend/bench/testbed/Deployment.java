package io.kafkasend.bench.testbed;

import java.util.List;
import java.util.Map;

/**
 * Portals that share two topics of their own, beside those of other deployments. Immutable.
 *
 * @param name part of the topics' names and of the group's
 * @param partitions of each of the two topics
 * @param portals how many processes
 * @param warm whether it works for a while before it is measured
 * @param settings environment variables over the bench's own
 */
public record Deployment(String name, int partitions, int portals, boolean warm, Map<String, String> settings) {
    /** One warm portal as it comes, which most scenarios share. */
    public static final Deployment BASE = new Deployment("base", 3, 1, true, Map.of());

    /** Where this is set, portals export their traces to a collector of the bench's. */
    public static final String TRACES_EXPORTER = "OTEL_TRACES_EXPORTER";

    public Deployment {
        settings = Map.copyOf(settings);
    }

    public String requestTopic() {
        return "bench-" + name + "-requests";
    }

    public String responseTopic() {
        return "bench-" + name + "-responses";
    }

    /** Those that its portals may answer on besides, of one partition each. */
    public List<String> replyTopics() {
        String topics = settings.getOrDefault("PORTAL_REPLY_TOPICS", "");
        return topics.isEmpty() ? List.of() : List.of(topics.split(","));
    }

    public String group() {
        return "bench-" + name;
    }
}
