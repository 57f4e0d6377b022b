package io.kafkasend.cli.dev;

import io.kafkasend.cli.console.Bytes;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.option.ByteCount;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.StartException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a Kafka broker for development. */
@Command(
        name = "broker",
        description = "Runs a Kafka broker for development: one node, all topics, no authentication.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:ended on request", "1:failed, such as a port that is in use", "2:bad usage"},
        footerHeading = "%nExamples:%n",
        footer = {"  kafkasend broker --port 9092", "  kafkasend broker --data /var/tmp/kafka"})
public final class BrokerCommand implements Callable<Integer> {
    private static final long LEAST_KEPT = 1 << 20; // Kafka deletes whole segments, which are no smaller

    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"--port", "-p"},
            defaultValue = "9092",
            description = "the port on localhost; 0 takes a free one. Default: ${DEFAULT-VALUE}")
    private int port;

    @Option(names = "--data", paramLabel = "DIRECTORY", description = "keep the data here. Default: nowhere")
    private Path data;

    @Option(names = "--partitions", defaultValue = "3", description = "of each topic. Default: ${DEFAULT-VALUE}")
    private int partitions;

    @Option(
            names = "--retention-bytes",
            paramLabel = "SIZE",
            defaultValue = "1GiB",
            converter = ByteCount.class,
            description =
                    "how much is kept of each partition, also of data from before; the oldest goes first. A job is lost"
                            + " if its records go before a portal has read them. Default: ${DEFAULT-VALUE}")
    private long retentionBytes;

    @Option(
            names = "--property",
            paramLabel = "NAME=VALUE",
            description = "a property of Kafka's broker, such as log.retention.ms=60000; repeatable")
    private Map<String, String> properties = new LinkedHashMap<>();

    @Option(
            names = "--proxied",
            paramLabel = "NAME=PORT",
            description = "a further listener, which clients reach by a proxy on this port of localhost; repeatable")
    private Map<String, Integer> proxied = new LinkedHashMap<>();

    public BrokerCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Runs until told to end; an {@link ExitCode}. */
    @Override
    public Integer call() throws InterruptedException {
        PrintStream out = surroundings.out();
        if (port < 0 || port > 65_535 || partitions < 1) {
            throw new ParameterException(spec.commandLine(), "--port takes 0 to 65535, --partitions at least 1");
        }
        proxied.forEach((name, proxy) -> {
            if (!name.matches("[A-Z][A-Z0-9_]*") || proxy < 1 || proxy > 65_535) {
                throw new ParameterException(
                        spec.commandLine(), "--proxied takes a name in capitals and a port of 1 to 65535");
            }
        });
        if (retentionBytes < LEAST_KEPT) {
            throw new ParameterException(spec.commandLine(), "--retention-bytes takes 1MiB or more");
        }
        EmbeddedBroker.Builder builder =
                EmbeddedBroker.builder().port(port).property("log.retention.bytes", String.valueOf(retentionBytes));
        if (data != null) {
            builder.dataDirectory(data);
        }
        try {
            builder.properties(properties);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--property: " + e.getMessage());
        }
        proxied.forEach(builder::proxied);
        EmbeddedBroker broker;
        try {
            broker = builder.start();
        } catch (StartException e) {
            surroundings.complain(e.getMessage());
            return ExitCode.FAILED;
        }
        broker.sayWhyTheProcessEnds(surroundings::complain);
        CountDownLatch end = new CountDownLatch(1);
        Thread hook = new Thread(() -> {
            broker.close();
            end.countDown();
        });
        Runtime.getRuntime().addShutdownHook(hook);
        for (String topic : new String[] {"api-requests", "api-responses", "api-dead-letters"}) {
            broker.createTopicIfMissing(topic, partitions);
        }
        proxied.forEach((name, port) -> out.println(
                "broker: " + name + " listens on localhost:" + broker.port(name) + ", behind localhost:" + port));
        out.println("broker: listening on " + broker.bootstrapServers() + kept() + "; Ctrl-C ends it");
        surroundings.standardOutput().requireWritten();
        end.await();
        return ExitCode.ANSWERED;
    }

    /** How much it keeps, in words; nothing where a property may say otherwise. */
    private String kept() {
        return properties.keySet().stream().anyMatch(name -> name.startsWith("log.retention"))
                ? ""
                : "; keeps up to " + Bytes.of(retentionBytes) + " of each partition";
    }
}
