package io.kafkasend.cli.topic;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.client.Topics;
import io.kafkasend.protocol.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks at the topics and says of each in one line what it is, or of all in one JSON object. Used once. */
final class TopicCheck {
    /** The least that a topic must take for the protocol's records. */
    static final long MIN_MESSAGE_BYTES = Limits.RECORD_BYTES;

    private static final long DEAD_LETTER_HEADERS = 65_536;
    private static final long MIN_RETENTION_MILLIS = Duration.ofSeconds(900).toMillis();

    private final Console surroundings;
    private final ConnectionOptions connection;
    private final List<String> replyTopics;
    private final String deadLetterTopic;
    private final JsonOption json;
    private final JsonReport report;

    /**
     * @param replyTopics those of answers that are not the portal's own
     * @param deadLetterTopic empty where there is none
     */
    TopicCheck(
            Console surroundings,
            ConnectionOptions connection,
            List<String> replyTopics,
            String deadLetterTopic,
            JsonOption json) {
        this.surroundings = surroundings;
        this.connection = connection;
        this.replyTopics = List.copyOf(replyTopics);
        this.deadLetterTopic = deadLetterTopic;
        this.json = json;
        this.report = json.report(surroundings);
    }

    /**
     * Checks; an {@link ExitCode}.
     *
     * @throws io.kafkasend.client.ClientException where Kafka cannot be asked
     */
    int check() {
        return run(List.of(), null);
    }

    /** Creates what is missing, and checks; an {@link ExitCode}. */
    int create(int partitions, int replicationFactor, long maxMessageBytes, int retentionHours) {
        List<Topics.Shape> shapes = names().stream()
                .map(name -> new Topics.Shape(name, partitions, replicationFactor))
                .toList();
        return run(
                shapes,
                new Topics.Settings(
                        maxMessageBytes, Duration.ofHours(retentionHours).toMillis()));
    }

    private int run(List<Topics.Shape> create, Topics.Settings settings) {
        try (Topics topics = new Topics(
                connection.bootstrapServers,
                connection.kafkaProperties(surroundings),
                Duration.ofSeconds(connection.connectTimeoutSeconds))) {
            Set<String> created = new java.util.HashSet<>();
            for (Topics.Shape shape : create) {
                if (topics.create(shape, shape.name().equals(deadLetterTopic) ? roomier(settings) : settings)) {
                    created.add(shape.name());
                }
            }
            List<FoundTopic> found = new ArrayList<>();
            for (String name : names()) {
                found.add(look(topics, name, created.contains(name)));
                if (!json.wanted) {
                    surroundings.out().println(found.get(found.size() - 1).line());
                }
            }
            if (!json.wanted) {
                surroundings
                        .err()
                        .println(
                                "note: answers on " + connection.responseTopic
                                        + " are JSON, which old clients read, too, unless"
                                        + " its portals have PORTAL_MODERN_READERS=true. That brings binary frames, a quarter less on the"
                                        + " wire; an old client that reads the topic ends at the first one. A reply topic has frames anyway.");
            }
            return report(found);
        }
    }

    private int report(List<FoundTopic> found) {
        String unfit = found.stream()
                .filter(topic -> !topic.fit())
                .map(topic -> topic.name() + " is " + topic.state())
                .collect(Collectors.joining(", "));
        if (json.wanted) {
            JsonReport.Fields fields = out -> {
                out.writeArrayFieldStart("topics");
                for (FoundTopic topic : found) {
                    topic.write(out);
                }
                out.writeEndArray();
            };
            if (unfit.isEmpty()) {
                report.done(fields);
            } else {
                report.failed(JsonReport.Cause.TOPICS_UNFIT, unfit, fields);
            }
        }
        return unfit.isEmpty() ? ExitCode.ANSWERED : ExitCode.FAILED;
    }

    private Set<String> names() {
        Set<String> names = new java.util.LinkedHashSet<>(List.of(connection.requestTopic, connection.responseTopic));
        names.addAll(replyTopics);
        if (!deadLetterTopic.isEmpty()) {
            names.add(deadLetterTopic);
        }
        return names;
    }

    /** A dead letter is a request record and the headers that say what is wrong with it. */
    private static Topics.Settings roomier(Topics.Settings settings) {
        return new Topics.Settings(
                Math.min(Integer.MAX_VALUE, settings.maxMessageBytes() + DEAD_LETTER_HEADERS),
                settings.retentionMillis());
    }

    private static FoundTopic look(Topics topics, String name, boolean created) {
        // The controller that created it is ahead of the broker that is asked.
        Optional<Topics.Shape> found = created ? topics.awaitCreated(name) : topics.find(name);
        if (found.isEmpty()) {
            return new FoundTopic(name, created, null, null, List.of());
        }
        Topics.Settings settings = topics.settings(name);
        List<String> faults = new ArrayList<>();
        if (settings.maxMessageBytes() < MIN_MESSAGE_BYTES) {
            faults.add("max.message.bytes must be at least " + MIN_MESSAGE_BYTES);
        }
        if (settings.retentionMillis() >= 0 && settings.retentionMillis() < MIN_RETENTION_MILLIS) {
            faults.add("retention must be at least the 900 seconds that a job may take");
        }
        return new FoundTopic(name, created, found.get(), settings, faults);
    }
}
