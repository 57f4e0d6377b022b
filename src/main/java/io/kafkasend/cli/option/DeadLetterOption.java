package io.kafkasend.cli.option;

import io.kafkasend.cli.console.Console;
import picocli.CommandLine.Option;

/** Which topic holds the records that name no client. */
public final class DeadLetterOption {
    private static final String VARIABLE = "PORTAL_DEAD_LETTER_TOPIC";

    @Option(
            names = "--dead-letter-topic",
            paramLabel = "TOPIC",
            description = "the topic of records that name no client ($PORTAL_DEAD_LETTER_TOPIC). Default:"
                    + " api-dead-letters")
    private String topic;

    /** The topic; empty where there is to be none, as the portal takes an empty variable. */
    public String topic(Console surroundings) {
        if (topic != null) {
            return topic.strip();
        }
        return surroundings
                .environment()
                .getOrDefault(VARIABLE, "api-dead-letters")
                .strip();
    }
}
