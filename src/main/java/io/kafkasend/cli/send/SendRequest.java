package io.kafkasend.cli.send;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.MediaTypes;
import io.kafkasend.cli.option.ConnectionOptions;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.client.Body;
import io.kafkasend.protocol.Method;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kafkasend send-request}: any request, with or without a body. */
@Command(
        name = "send-request",
        description = "Makes a request to the API, and prints or saves its answer.",
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
            "  kafkasend send-request -e '/api/v1/items?page=2'",
            "  kafkasend send-request -e /api/v1/items -d '{\"name\":\"a\"}' --json",
            "  kafkasend send-request -e /api/v1/items -d @item.json",
            "  kafkasend send-request -e /api/v1/files/7 -o file.bin",
            "  kafkasend send-request -e /scans --data-file a.tif --form-field scan",
            "  mysqldump shop | kafkasend send-request -e /api/v1/dumps --data-file -"
        })
public final class SendRequest implements Callable<Integer> {
    /** Where the body comes from: from one place at most. */
    private static final class Data {
        @Option(
                names = {"-d", "--data"},
                paramLabel = "STRING",
                description = "the body, sent in UTF-8; @FILE is a file's content, byte for byte, @- standard input")
        private String text;

        @Option(
                names = "--data-raw",
                paramLabel = "STRING",
                description = "the body as it stands here, an @ at its beginning too")
        private String raw;

        @Option(names = "--data-file", paramLabel = "FILE", description = "the body's file; - is standard input")
        private String file;

        /** The body's text; null where it comes from a file. */
        String text() {
            return raw != null ? raw : text != null && !text.startsWith("@") ? text : null;
        }

        boolean standardInput() {
            return name().equals("-");
        }

        /**
         * The body's file, where it is neither text nor standard input.
         *
         * @throws IllegalArgumentException when it cannot be read
         */
        Path file() {
            try {
                return BodyFile.readable(name());
            } catch (IllegalArgumentException e) {
                String hint = file == null ? "; --data-raw sends a text that begins with @" : "";
                throw new IllegalArgumentException(e.getMessage() + hint, e);
            }
        }

        private String name() {
            return file != null ? file : text != null && text.startsWith("@") ? text.substring(1) : "";
        }
    }

    private final Console surroundings;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-m", "--method"},
            paramLabel = "METHOD",
            description = "GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS. Default: GET, or POST with a body")
    private Method method;

    @ArgGroup(exclusive = true)
    private Data data;

    @Option(
            names = {"-t", "--content-type"},
            paramLabel = "TYPE",
            description =
                    "the body's media type. Default: by the file's name; application/json for a --data that begins"
                            + " with { or [, else text/plain; charset=utf-8")
    private String contentType;

    @Mixin
    private final SendOptions exchange = new SendOptions();

    @Mixin
    private final SigningOptions signing = new SigningOptions();

    @Mixin
    private final ConnectionOptions connection = new ConnectionOptions();

    public SendRequest(Console surroundings) {
        this.surroundings = surroundings;
    }

    /** Makes the request; an {@code ExitCode}. */
    @Override
    public Integer call() {
        try {
            Method effective = method == null ? data == null ? Method.GET : Method.POST : method;
            Console here = connection.logs.apply(surroundings);
            Path file = data == null || data.text() != null || data.standardInput() ? null : data.file();
            return new SendJob(here, connection, signing, exchange)
                    .run(new RequestLine(effective, type(file), formFile(file)), body(file));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** The name of the form's file; null where the request is no form. */
    private String formFile(Path file) {
        if (!exchange.hasForm()) {
            return null;
        }
        if (file == null) {
            throw new IllegalArgumentException(
                    "--form and --form-field take --data-file FILE, which becomes the form's file");
        }
        return String.valueOf(file.getFileName());
    }

    /** The body; null for none. */
    private Body body(Path file) {
        if (data == null) {
            return null;
        }
        if (data.text() != null) {
            return Body.of(data.text());
        }
        return file == null ? Body.stream(surroundings.in()) : BodyFile.of(file);
    }

    private String type(Path file) {
        if (contentType != null || data == null || exchange.hasHeader("Content-Type")) {
            return contentType;
        }
        if (data.text() == null) {
            return file == null ? MediaTypes.UNKNOWN : MediaTypes.byName(file);
        }
        String text = data.text().stripLeading();
        return text.startsWith("{") || text.startsWith("[") ? "application/json" : "text/plain; charset=utf-8";
    }
}
