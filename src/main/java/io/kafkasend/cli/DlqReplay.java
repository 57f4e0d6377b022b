package io.kafkasend.cli;

import io.kafkasend.client.DeadLetterTopic;
import io.kafkasend.client.DeadLetterTopic.Place;
import io.kafkasend.security.Printable;
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
        description =
                "Writes dead letters back to the request topic, as they first came: those in reduced form from the record"
                        + " itself, while it is there. What can only come back is skipped with a line. They stay where they are.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:written back, but for those skipped",
            "1:none written back, not confirmed, no such record, or Kafka cannot be asked",
            "2:bad usage"
        },
        footerHeading = "%nExamples:%n",
        footer = {"  kafkasend dlq replay 0:17 0:18", "  kafkasend dlq replay --all --yes"})
final class DlqReplay implements Callable<Integer> {
    private static final int SHOWN = 300;

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

    @Option(
            names = "--anyway",
            description =
                    "also those that this version's portal would only bury again, such as what is no JSON; one of them stops"
                            + " an old portal for good, on all partitions")
    private boolean anyway;

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
        int[] skipped = {0};
        int sent = letters.replay(
                connection.requestTopic, anyway, all ? letters::forEach : named::forEach, (place, why) -> {
                    skipped[0]++;
                    surroundings.err().println("kafkasend: " + place + " is skipped: " + Printable.of(why, SHOWN));
                });
        surroundings
                .out()
                .println(sent + (sent == 1 ? " record" : " records") + " written to " + connection.requestTopic
                        + (skipped[0] == 0 ? "" : ", " + skipped[0] + " skipped"));
        return sent == 0 && skipped[0] > 0 ? ExitCode.FAILED : ExitCode.ANSWERED;
    }

    private boolean confirmed() throws IOException {
        if (yes) {
            return true;
        }
        return surroundings.agreed(
                "Write " + (all ? "every dead letter" : places.size() + " of them") + " to " + connection.requestTopic);
    }
}
