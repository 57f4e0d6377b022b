package io.kafkasend.cli.topic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.cli.console.Bytes;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.option.DeadLetterOption;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.output.JsonOption;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.client.DeadLetterTopic.Summary;
import io.kafkasend.security.Printable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kafkasend dlq list}. */
@Command(
        name = "list",
        description = "Lists dead letters, a line each, the newest last: PARTITION:OFFSET, time, size, reason.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:listed, also where there are none",
            "1:Kafka cannot be asked, or no such topic",
            "2:bad usage"
        },
        footerHeading = "%nExamples:%n",
        footer = "  kafkasend dlq list --limit 5")
final class DlqList implements Callable<Integer> {
    private static final int SHOWN = 200;

    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "20",
            description = "how many at most. Default: ${DEFAULT-VALUE}")
    private int limit;

    @Mixin
    private final DeadLetterOption topic = new DeadLetterOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    DlqList(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Lists; an {@link ExitCode}. */
    @Override
    public Integer call() throws IOException {
        if (limit < 1 || limit > 100_000) {
            throw new ParameterException(spec.commandLine(), "--limit is " + limit + "; it takes 1 to 100000");
        }
        JsonReport report = json.report(surroundings);
        return new DlqAccess(surroundings, spec).with(connection, topic, letters -> {
            List<Summary> listed = letters.list(limit);
            if (json.wanted) {
                report.done(out -> write(listed, out));
            } else {
                listed.forEach(this::print);
            }
            return ExitCode.ANSWERED;
        });
    }

    private static void write(List<Summary> letters, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("dead_letters");
        for (Summary letter : letters) {
            json.writeStartObject();
            json.writeStringField("place", letter.place().toString());
            json.writeStringField("time", letter.time().toString());
            json.writeNumberField("bytes", letter.bytes());
            json.writeStringField("error_code", letter.errorCode().isEmpty() ? null : letter.errorCode());
            json.writeStringField("reason", letter.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void print(Summary letter) {
        String code = letter.errorCode().isEmpty() ? "unknown" : Printable.of(letter.errorCode(), SHOWN);
        surroundings
                .out()
                .println(letter.place() + "  " + letter.time() + "  " + Bytes.of(letter.bytes()) + "  " + code + "  "
                        + Printable.of(letter.reason(), SHOWN));
    }
}
