package io.kafkasend.cli;

import io.kafkasend.client.ClientException;
import io.kafkasend.client.Topics;
import io.kafkasend.protocol.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks at the topics and says of each in one line what it is. Used once. */
final class TopicCheck {
    /** The least that a topic must take for the protocol's records. */
    static final long MIN_MESSAGE_BYTES = Limits.RECORD_BYTES;

    private static final long DEAD_LETTER_HEADERS = 65_536;
    private static final long MIN_RETENTION_MILLIS = Duration.ofSeconds(900).toMillis();

    private final Surroundings surroundings;
    private final ConnectionOptions connection;
    private final List<String> replyTopics;
    private final String deadLetterTopic;

    /**
     * @param replyTopics those of answers that are not the portal's own
     * @param deadLetterTopic empty where there is none
     */
    TopicCheck(
            Surroundings surroundings, ConnectionOptions connection, List<String> replyTopics, String deadLetterTopic) {
        this.surroundings = surroundings;
        this.connection = connection;
        this.replyTopics = List.copyOf(replyTopics);
        this.deadLetterTopic = deadLetterTopic;
    }

    /** Checks; an {@link ExitCode}. */
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
            boolean fit = true;
            for (String name : names()) {
                fit &= describe(topics, name, created.contains(name));
            }
            surroundings
                    .err()
                    .println(
                            "note: answers on " + connection.responseTopic
                                    + " are JSON, which old clients read, too, unless"
                                    + " its portals have PORTAL_MODERN_READERS=true. That brings binary frames, a quarter less on the"
                                    + " wire; an old client that reads the topic ends at the first one. A reply topic has frames anyway.");
            return fit ? ExitCode.ANSWERED : ExitCode.FAILED;
        } catch (ClientException e) {
            new ErrorLines(surroundings).print(e);
            return e.kind() == ClientException.Kind.SETTINGS ? ExitCode.USAGE : ExitCode.FAILED;
        }
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

    private boolean describe(Topics topics, String name, boolean created) {
        // The controller that created it is ahead of the broker that is asked.
        Optional<Topics.Shape> found = created ? topics.awaitCreated(name) : topics.find(name);
        if (found.isEmpty()) {
            surroundings.out().println(name + ": missing (the same command with --create makes it)");
            return false;
        }
        Topics.Shape shape = found.get();
        Topics.Settings settings = topics.settings(name);
        List<String> faults = new ArrayList<>();
        if (settings.maxMessageBytes() < MIN_MESSAGE_BYTES) {
            faults.add("max.message.bytes must be at least " + MIN_MESSAGE_BYTES);
        }
        if (settings.retentionMillis() >= 0 && settings.retentionMillis() < MIN_RETENTION_MILLIS) {
            faults.add("retention must be at least the 900 seconds that a job may take");
        }
        surroundings
                .out()
                .println(name + ": "
                        + (faults.isEmpty() ? created ? "created" : "ok" : "unfit, " + String.join(", ", faults))
                        + "; partitions " + shape.partitions()
                        + ", replication factor " + shape.replicationFactor()
                        + ", max.message.bytes " + settings.maxMessageBytes()
                        + ", retention " + hours(settings.retentionMillis()));
        return faults.isEmpty();
    }

    private static String hours(long millis) {
        if (millis < 0) {
            return "for ever";
        }
        return millis % 3_600_000 == 0 ? millis / 3_600_000 + " h" : millis / 1_000 + " s";
    }
}
