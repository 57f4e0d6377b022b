package io.kafkasend.cli;

import io.kafkasend.client.DeadLetterTopic;
import io.kafkasend.client.DeadLetterTopic.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kafkasend dlq replay}. */
@Command(
        name = "replay",
        description = "Writes dead letters back to the request topic, as they first came. They stay where they are.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:written back", "1:not confirmed, no such record, or Kafka cannot be asked", "2:bad usage"},
        footerHeading = "%nExamples:%n",
        footer = {"  kafkasend dlq replay 0:17 0:18", "  kafkasend dlq replay --all --yes"})
final class DlqReplay implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "PARTITION:OFFSET",
            converter = PlaceConverter.class,
            description = "as list shows them")
    private List<Place> places = new ArrayList<>();

    @Option(names = "--all", description = "every one that stands there now")
    private boolean all;

    @Option(
            names = {"-y", "--yes"},
            description = "do not ask")
    private boolean yes;

    @Mixin
    private final DeadLetterOption topic = new DeadLetterOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    DlqReplay(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Replays; an {@link ExitCode}. */
    @Override
    public Integer call() {
        if (all == !places.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "name records by PARTITION:OFFSET, or all by --all");
        }
        if (!yes && !surroundings.terminal()) {
            throw new ParameterException(spec.commandLine(), "replay needs --yes where it cannot ask");
        }
        return new DlqAccess(surroundings, spec).with(connection, topic, this::replay);
    }

    private int replay(DeadLetterTopic letters) throws IOException {
        List<ConsumerRecord<byte[], byte[]>> named = new ArrayList<>();
        for (Place place : places) {
            ConsumerRecord<byte[], byte[]> record = letters.find(place).orElse(null);
            if (record == null) {
                surroundings.err().println("kafkasend: there is no dead letter " + place + "; nothing was written");
                return ExitCode.FAILED;
            }
            named.add(record);
        }
        if (!confirmed()) {
            surroundings.err().println("kafkasend: nothing was written");
            return ExitCode.FAILED;
        }
        int sent = letters.replay(connection.requestTopic, all ? letters::forEach : named::forEach);
        surroundings
                .out()
                .println(sent + (sent == 1 ? " record" : " records") + " written to " + connection.requestTopic);
        return ExitCode.ANSWERED;
    }

    private boolean confirmed() throws IOException {
        if (yes) {
            return true;
        }
        surroundings
                .err()
                .print("Write " + (all ? "every dead letter" : places.size() + " of them") + " to "
                        + connection.requestTopic + "? [y/N] ");
        surroundings.err().flush();
        int answer = surroundings.in().read();
        return answer == 'y' || answer == 'Y';
    }
}
