package io.kafkasend.cli.topic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.option.DeadLetterOption;
import io.kafkasend.cli.option.PlaceConverter;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.client.DeadLetterTopic;
import io.kafkasend.client.DeadLetterTopic.Place;
import io.kafkasend.security.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    private final Console surroundings;

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
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    DlqReplay(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Replays; an {@link ExitCode}. */
    @Override
    public Integer call() throws IOException {
        if (all == !places.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "name records by PARTITION:OFFSET, or all by --all");
        }
        if (!yes && !surroundings.terminal()) {
            throw new ParameterException(spec.commandLine(), "replay needs --yes where it cannot ask");
        }
        JsonReport report = json.report(surroundings);
        return new DlqAccess(surroundings, spec).with(connection, topic, letters -> replay(letters, report));
    }

    private int replay(DeadLetterTopic letters, JsonReport report) throws IOException {
        List<ConsumerRecord<byte[], byte[]>> named = new ArrayList<>();
        for (Place place : places) {
            ConsumerRecord<byte[], byte[]> record = letters.find(place).orElse(null);
            if (record == null) {
                return nothing(
                        report,
                        JsonReport.Cause.NO_RECORD,
                        "there is no dead letter " + place + "; nothing was written");
            }
            named.add(record);
        }
        if (!confirmed()) {
            return nothing(report, JsonReport.Cause.NOT_CONFIRMED, "nothing was written");
        }
        Map<Place, String> skipped = new LinkedHashMap<>();
        int sent = letters.replay(
                connection.requestTopic, anyway, all ? letters::forEach : named::forEach, (place, why) -> {
                    skipped.put(place, why);
                    surroundings.complain(place + " is skipped: " + Printable.of(why, SHOWN));
                });
        String line = sent + (sent == 1 ? " record" : " records") + " written to " + connection.requestTopic
                + (skipped.isEmpty() ? "" : ", " + skipped.size() + " skipped");
        boolean none = sent == 0 && !skipped.isEmpty();
        JsonReport.Fields fields = out -> write(out, sent, skipped);
        if (!json.wanted) {
            surroundings.out().println(line);
        } else if (none) {
            report.failed(JsonReport.Cause.ALL_SKIPPED, line, fields);
        } else {
            report.done(fields);
        }
        return none ? ExitCode.FAILED : ExitCode.ANSWERED;
    }

    private int nothing(JsonReport report, JsonReport.Cause cause, String line) {
        surroundings.complain(line);
        if (json.wanted) {
            report.failed(cause, line, out -> write(out, 0, Map.of()));
        }
        return ExitCode.FAILED;
    }

    private void write(JsonGenerator out, int sent, Map<Place, String> skipped) throws IOException {
        out.writeStringField("request_topic", connection.requestTopic);
        out.writeNumberField("written", sent);
        out.writeArrayFieldStart("skipped");
        for (Map.Entry<Place, String> letter : skipped.entrySet()) {
            out.writeStartObject();
            out.writeStringField("place", letter.getKey().toString());
            out.writeStringField("reason", letter.getValue());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private boolean confirmed() throws IOException {
        if (yes) {
            return true;
        }
        return surroundings.agreed(
                "Write " + (all ? "every dead letter" : places.size() + " of them") + " to " + connection.requestTopic);
    }
}
