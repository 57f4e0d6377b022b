package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.MediaTypes;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.client.Body;
import io.kafkasend.client.UploadState;
import io.kafkasend.protocol.Method;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kafkasend send-file}: a file to the API, as a form's part or as it is. */
@Command(
        name = "send-file",
        description = "Sends a file to the API, and prints or saves its answer.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:answered, or handed over with --no-wait",
            "1:failed: no answer, and why in one line",
            "2:bad usage",
            "3:the API answered 4xx or 5xx, with --fail",
            "4:timed out"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  kafkasend send-file report.pdf -e /api/v1/upload",
            "  kafkasend send-file a.pdf -e /reports --form-field doc --form title=March",
            "  kafkasend send-file data.csv -e /items/7 -m PUT --raw -H 'Accept: */*' --fail",
            "  tar c reports | kafkasend send-file - -e /api/v1/upload --filename reports.tar",
            "  kafkasend send-file disk.img -e /api/v1/images --resume --timeout 2h",
            "  kafkasend send-file scan.tif -e /api/v1/convert -o scan.pdf --timeout 300"
        })
public final class SendFile implements Callable<Integer> {
    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "FILE", description = "the file to send; - is standard input")
    private String file;

    @Option(
            names = {"-m", "--method"},
            defaultValue = "POST",
            paramLabel = "METHOD",
            description = "POST, PUT, PATCH, DELETE or GET. Default: ${DEFAULT-VALUE}")
    private Method method;

    @Option(
            names = {"-t", "--content-type"},
            paramLabel = "TYPE",
            description = "the file's media type. Default: by its name, else application/octet-stream")
    private String contentType;

    @Option(
            names = "--filename",
            paramLabel = "NAME",
            description = "the file's name in the form. Default: its own; for standard input, stdin")
    private String filename;

    @Option(names = "--raw", description = "send the body as it is, instead of as the file of a multipart/form-data")
    private boolean raw;

    @Mixin
    private final SendOptions exchange = new SendOptions();

    @Mixin
    private final ResumeOptions resume = new ResumeOptions();

    @Mixin
    private final SigningOptions signing = new SigningOptions();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    public SendFile(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Sends the file; an {@code ExitCode}. */
    @Override
    public Integer call() {
        try {
            boolean standardInput = file.equals("-");
            Path path = standardInput ? null : BodyFile.readable(file);
            String name = filename != null ? filename : standardInput ? "stdin" : String.valueOf(path.getFileName());
            String type = contentType == null ? MediaTypes.byName(Path.of(name)) : contentType;
            RequestLine line = new RequestLine(method, type, raw ? null : name);
            UploadState state = resume.state(path, line, exchange.endpoint, connection, surroundings.environment());
            Console here = connection.logs.apply(surroundings);
            return new SendJob(here, connection, signing, exchange)
                    .run(line, standardInput ? Body.stream(surroundings.in()) : BodyFile.of(path), state);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
