package io.kafkasend.cli.topic;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.option.DeadLetterOption;
import io.kafkasend.cli.option.PlaceConverter;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.client.DeadLetterTopic.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kafkasend dlq show}. */
@Command(
        name = "show",
        description = "Shows a dead letter: headers, key, and the value with every odd character escaped.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:shown", "1:no such record, or Kafka cannot be asked", "2:bad usage"},
        footerHeading = "%nExamples:%n",
        footer = {"  kafkasend dlq show 0:17", "  kafkasend dlq show 0:17 --raw value.bin"})
final class DlqShow implements Callable<Integer> {
    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PARTITION:OFFSET", converter = PlaceConverter.class, description = "as list shows it")
    private Place place;

    @Option(
            names = "--raw",
            paramLabel = "FILE",
            description = "write the value, byte for byte, to this new file instead")
    private Path raw;

    @Mixin
    private final DeadLetterOption topic = new DeadLetterOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    DlqShow(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Shows; an {@link ExitCode}. */
    @Override
    public Integer call() throws IOException {
        JsonReport report = json.report(surroundings);
        return new DlqAccess(surroundings, spec).with(connection, topic, letters -> {
            ConsumerRecord<byte[], byte[]> record = letters.find(place).orElse(null);
            if (record == null) {
                String line = "there is no dead letter " + place;
                surroundings.complain(line);
                if (json.wanted) {
                    report.failed(JsonReport.Cause.NO_RECORD, line, nothing -> {});
                }
                return ExitCode.FAILED;
            }
            ShownLetter letter = new ShownLetter(record);
            if (json.wanted) {
                letter.save(raw);
                report.done(out -> letter.write(out, place, raw));
            } else {
                letter.print(surroundings.out(), raw);
            }
            return ExitCode.ANSWERED;
        });
    }
}
