package io.kafkasend.cli.topic;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.option.DeadLetterOption;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.JsonOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kafkasend topics}: creates the topics, or checks them. */
@Command(
        name = "topics",
        description =
                "Checks that the topics are there and fit for KafkaSend, or creates them: requests, answers, dead letters.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the topics are there and fit",
            "1:one is missing or unfit, or Kafka cannot be asked",
            "2:bad usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {"  kafkasend topics", "  kafkasend topics --create --partitions 12 --replication-factor 3"})
public final class TopicsCommand implements Callable<Integer> {
    /** One of the two, or neither. */
    private static final class Mode {
        @Option(names = "--create", description = "create the topics that are missing, then check")
        private boolean create;

        @Option(names = "--check", description = "only check, the default")
        private boolean check;
    }

    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @ArgGroup(exclusive = true)
    private Mode mode;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            defaultValue = "6",
            description = "of each new topic. Default: ${DEFAULT-VALUE}")
    private int partitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            defaultValue = "1",
            description = "of each new topic; 3 in production. Default: ${DEFAULT-VALUE}")
    private int replicationFactor;

    @Option(
            names = "--max-message-bytes",
            paramLabel = "N",
            defaultValue = "1048588",
            description =
                    "the largest record batch that a new topic takes, at least 1048576. Default: ${DEFAULT-VALUE},"
                            + " Kafka's own")
    private long maxMessageBytes;

    @Option(
            names = "--retention-hours",
            paramLabel = "N",
            defaultValue = "24",
            description = "how long a new topic keeps requests and answers; they may be confidential. Default:"
                    + " ${DEFAULT-VALUE}")
    private int retentionHours;

    @Option(
            names = "--reply-to",
            paramLabel = "TOPIC",
            split = ",",
            description = "also topics that clients have answers on ($CLIENT_REPLY_TO); repeatable")
    private List<String> replyTopics = new ArrayList<>();

    @Mixin
    private final DeadLetterOption deadLetters = new DeadLetterOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    public TopicsCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Creates or checks; an {@code ExitCode}. */
    @Override
    public Integer call() {
        try {
            require(partitions >= 1, "--partitions takes at least 1");
            require(
                    replicationFactor >= 1 && replicationFactor <= Short.MAX_VALUE,
                    "--replication-factor takes at least 1");
            require(retentionHours >= 1, "--retention-hours takes at least 1");
            require(
                    maxMessageBytes >= TopicCheck.MIN_MESSAGE_BYTES && maxMessageBytes <= Integer.MAX_VALUE,
                    "--max-message-bytes takes 1048576 to 2147483647");
            Console here = connection.logs.apply(surroundings);
            TopicCheck check = new TopicCheck(here, connection, replyTopics, deadLetters.topic(surroundings), json);
            return mode != null && mode.create
                    ? check.create(partitions, replicationFactor, maxMessageBytes, retentionHours)
                    : check.check();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
