package io.kafkasend.cli.topic;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.option.DeadLetterOption;
import io.kafkasend.client.DeadLetterTopic;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What the dlq commands have in common: they open the topic. What fails is said by {@code ErrorLines}. Used once. */
final class DlqAccess {
    /** What a command does with the topic; an {@code ExitCode}. */
    @FunctionalInterface
    interface Action {
        int run(DeadLetterTopic topic) throws java.io.IOException;
    }

    private final Console surroundings;
    private final CommandSpec spec;

    DlqAccess(Console surroundings, CommandSpec spec) {
        this.surroundings = surroundings;
        this.spec = spec;
    }

    int with(ConnectionOptions connection, DeadLetterOption option, Action action) throws java.io.IOException {
        try {
            connection.logs.apply(surroundings);
            String name = option.topic(surroundings);
            if (name.isEmpty()) {
                throw new IllegalArgumentException("no dead-letter topic is set; --dead-letter-topic names one");
            }
            try (DeadLetterTopic topic = new DeadLetterTopic(
                    connection.bootstrapServers,
                    connection.kafkaProperties(surroundings),
                    name,
                    Duration.ofSeconds(connection.connectTimeoutSeconds))) {
                return action.run(topic);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
