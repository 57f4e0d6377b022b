package io.kafkasend.cli.diagnose;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.finding.Finding;
import io.kafkasend.cli.finding.FindingTable;
import io.kafkasend.cli.finding.Looks;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.option.DeadLetterOption;
import io.kafkasend.cli.option.Seconds;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.cli.send.RequestCheck;
import io.kafkasend.cli.send.SigningOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.CommonClientConfigs;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kafkasend doctor}: where it is that jobs do not get on. */
@Command(
        name = "doctor",
        description =
                "Says where it is that jobs do not get on, from Kafka alone: broker, topics, portals, what waits and since"
                        + " when, dead letters, clocks. Each line has ok, warn or fail, and what to do.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:no look failed", "1:one failed, and its line says what to do", "2:bad usage"},
        footerHeading = "%nExamples:%n",
        footer = {"  kafkasend doctor", "  kafkasend doctor --probe /api/v1/status"})
public final class DoctorCommand implements Callable<Integer> {
    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            defaultValue = "kafkasend-portal",
            description = "the portals' consumer group ($KAFKA_CONSUMER_GROUP). Default: ${DEFAULT-VALUE}")
    private String group;

    @Option(
            names = "--probe",
            paramLabel = "PATH",
            description = "also send a GET to this endpoint, and see how long its answer takes")
    private String probe;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30",
            converter = Seconds.class,
            description = "how long the probe may take. Default: ${DEFAULT-VALUE}")
    private int timeoutSeconds;

    @Mixin
    private final SigningOptions signing = new SigningOptions();

    @Mixin
    private final DeadLetterOption deadLetters = new DeadLetterOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    public DoctorCommand(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Looks; an {@code ExitCode}. */
    @Override
    public Integer call() throws InterruptedException {
        try {
            Console here = connection.logs.apply(surroundings);
            if (timeoutSeconds < 1 || timeoutSeconds > 86_400) {
                throw new IllegalArgumentException("--timeout is " + timeoutSeconds + "; it takes 1 to 86400 seconds");
            }
            if (probe != null) {
                RequestCheck.endpoint(probe);
            }
            return look(here, connection.kafkaProperties(here));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int look(Console here, Map<String, String> kafka) throws InterruptedException {
        JsonReport report = json.report(here);
        Map<String, String> properties = new HashMap<>(kafka);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, connection.bootstrapServers);
        Duration patience = Duration.ofSeconds(connection.connectTimeoutSeconds);
        Doctor doctor = new Doctor(
                properties,
                new Doctor.Names(
                        connection.requestTopic,
                        connection.responseTopic,
                        signing.replyTo() == null ? "" : signing.replyTo(),
                        deadLetters.topic(surroundings),
                        group),
                patience);
        Looks looks = new Looks(patience.multipliedBy(3));
        looks.begin("kafka", doctor::look);
        List<Finding> found = new ArrayList<>(looks.findings());
        if (probe != null && found.get(0).level() == Finding.Level.OK) {
            found.add(new Probe(connection, kafka, signing, group, Duration.ofSeconds(timeoutSeconds)).send(probe));
        }
        FindingTable table = new FindingTable(found);
        Instant now = Instant.now();
        return json.wanted
                ? table.report(report, out -> {
                    out.writeArrayFieldStart("waiting");
                    for (PartitionWork one : doctor.work()) {
                        one.write(out, now);
                    }
                    out.writeEndArray();
                })
                : table.print(here);
    }
}
