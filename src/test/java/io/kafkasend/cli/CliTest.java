package io.kafkasend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.console.Bytes;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.console.MediaTypes;
import io.kafkasend.cli.option.Seconds;
import io.kafkasend.client.SigningKey;
import io.kafkasend.security.client.ClientKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CliTest {
    @TempDir
    Path directory;

    @Test
    void helpIsACommandToo() {
        assertThat(CommandRun.of("help").out())
                .isEqualTo(CommandRun.of("--help").out());
        assertThat(CommandRun.of("help", "send-file").out())
                .isEqualTo(CommandRun.of("send-file", "--help").out());
        assertThat(CommandRun.of("send-file", "a.pdf", "-h").out()).startsWith("Usage: kafkasend send-file");
    }

    @Test
    void aBodyInFramesIsSentOnlyWhereSomebodySaysThatEveryPortalReadsThem() {
        // Given
        String[] send = {
            "send-request", "-e", "/a", "-d", "x", "--binary", "-b", "127.0.0.1:9", "--connect-timeout", "1s", "-q"
        };
        String harm = "one --binary request stops an old portal for good, on all partitions";

        // When
        CommandRun unasked = CommandRun.of(send);
        CommandRun refused = CommandRun.with(Map.of(), true, "no\n", send);
        CommandRun unanswered = CommandRun.with(Map.of(), true, "", send);
        CommandRun denied = CommandRun.with(Map.of("CLIENT_MODERN_PORTALS", "off"), false, "", send);
        List<CommandRun> agreed = List.of(
                CommandRun.with(Map.of(), true, "yes\n", send),
                CommandRun.with(Map.of("CLIENT_MODERN_PORTALS", "1"), false, "", send),
                CommandRun.of(with(send, "--yes")),
                CommandRun.of(with(send, "--modern-portals")),
                CommandRun.with(Map.of("CLIENT_MODERN_PORTALS", "true"), false, "", with(send, "--modern-portals")),
                CommandRun.of(Arrays.stream(send)
                        .filter(word -> !word.equals("-d") && !word.equals("x"))
                        .toArray(String[]::new)));

        // Then
        assertThat(List.of(unasked, refused, unanswered, denied)).allSatisfy(run -> {
            assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run.errLines()).isEqualTo(1);
            assertThat(run.err()).contains(harm, "--yes", "nothing was sent");
        });
        assertThat(refused.err()).contains("Do all portals of api-requests know binary frames? [y/N] ");
        assertThat(agreed).allSatisfy(run -> {
            assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(run.err()).contains("no answer from Kafka at 127.0.0.1:9");
        });
        assertThat(CommandRun.of("send-file", "--help").out().replaceAll("\\s+", " "))
                .contains("One such request stops an old portal for good, on all partitions");
    }

    @Test
    void whetherPortalsAreModernIsSaidInTheWordsThatThePortalTakes() {
        CommandRun run =
                CommandRun.with(Map.of("CLIENT_MODERN_PORTALS", "perhaps"), false, "", "send-request", "-e", "/a");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("--modern-portals", "'perhaps' is neither; it takes true or false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--job-id|550E8400-E29B-41D4-A716-446655440000|it takes a version 4 UUID in lower case",
                "--job-id|550e8400-e29b-11d4-a716-446655440000|it takes a version 4 UUID in lower case",
                "--job-id|7|'7' is no job's id; it takes a version 4 UUID in lower case, such as 550e8400-e29b-41d4",
                "--job-id=550e8400-e29b-41d4-a716-446655440000|--retries=2|--retries is 2, and each would be another job",
                "--log-level|loud|--log-level is loud; it takes TRACE, DEBUG, INFO, WARN, ERROR or OFF"
            })
    void whatAJobIdAndALevelTakeIsToldBeforeAnythingIsSent(String option, String value, String line) {
        CommandRun run = CommandRun.of("send-request", "-e", "/a", option, value, "-b", "127.0.0.1:9");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(line);
        assertThat(run.errLines()).isEqualTo(1);
    }

    @Test
    void theLevelOfTheCommandLineCountsOverTheVariable() {
        // Given
        Map<String, String> quiet = Map.of("CLIENT_LOG_LEVEL", "OFF");
        String[] send = {"send-request", "-e", "/a", "-b", "127.0.0.1:9", "--connect-timeout", "1s"};

        // When
        CommandRun detailed = CommandRun.with(quiet, false, "", with(send, "--log-level=debug"));
        CommandRun line =
                CommandRun.with(Map.of("CLIENT_LOG_LEVEL", "DEBUG"), false, "", with(send, "--log-level=Warning"));

        // Then: a stack trace is what DEBUG is for
        assertThat(detailed.err()).contains("\tat io.kafkasend.client");
        assertThat(line.err()).contains("no answer from Kafka").doesNotContain("\tat ");
        assertThat(CommandRun.of("portal", "--check", "--log-level", "loud").err())
                .contains("PORTAL_LOG_LEVEL is \"loud\"");
    }

    private static String[] with(String[] command, String more) {
        return Stream.concat(Arrays.stream(command), Stream.of(more)).toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({"30,30", "10s,10", "5m,300", "1h,3600", "1H30m,5400", "0,0", "-1,-1"})
    void timesHaveUnits(String typed, int seconds) {
        assertThat(new Seconds().convert(typed)).isEqualTo(seconds);
    }

    @Test
    void aPropertyThatKafkaDoesNotKnowIsNamed() {
        // Given
        String[] command = {"topics", "-b", "127.0.0.1:9", "--connect-timeout", "1s"};

        // When
        CommandRun run = CommandRun.of(Stream.concat(
                        Arrays.stream(command),
                        Stream.of("--kafka-property", "sasl.mechansim=PLAIN", "--kafka-property", "acks=1"))
                .toArray(String[]::new));
        CommandRun known = CommandRun.of(Stream.concat(
                        Arrays.stream(command),
                        Stream.of("--kafka-property", "linger.ms=1", "--kafka-property", "client.id=a=b"))
                .toArray(String[]::new));

        // Then
        assertThat(run.err().lines().limit(2))
                .containsExactly(
                        "kafkasend: warning: acks is KafkaSend's own, and is not changed",
                        "kafkasend: warning: Kafka's clients know no property sasl.mechansim; did you mean sasl.mechanism?");
        assertThat(known.err()).doesNotContain("warning");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WARNING", "critical", "Warn", "debug"})
    void levelsHavePythonsNamesToo(String level) {
        CommandRun run = CommandRun.with(
                Map.of("CLIENT_LOG_LEVEL", level), false, "", "topics", "-b", "127.0.0.1:9", "--connect-timeout", "1");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "send-file",
                "send-request",
                "topics",
                "keygen",
                "dlq",
                "bench",
                "soak",
                "generate-completion"
            })
    void everyCommandHasHelp(String command) {
        CommandRun run = command.isEmpty() ? CommandRun.of("--help") : CommandRun.of(command, "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("Usage: kafkasend").contains("--help");
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-file", "send-request"})
    void helpNamesExitCodesDefaultsAndExamples(String command) {
        assertThat(CommandRun.of(command, "--help").out())
                .contains("Exit codes:", "3   the API answered 4xx or 5xx, with --fail", "4   timed out")
                .contains("Examples:\n  kafkasend " + command)
                .contains("localhost:9092", "api-requests", "api-responses");
    }

    /** Every command's words, such as "dlq list"; "" is the root. */
    static Stream<String> everyCommand() {
        CommandLine root = KafkaSend.commandLine(Console.ofProcess());
        return Stream.concat(
                Stream.of(""),
                root.getSubcommands().entrySet().stream()
                        .flatMap(command -> Stream.concat(
                                Stream.of(command.getKey()),
                                command.getValue().getSubcommands().keySet().stream()
                                        .map(name -> command.getKey() + " " + name))));
    }

    @ParameterizedTest
    @MethodSource("everyCommand")
    void helpIsInOneStyleWithinEightyColumns(String command) {
        // When
        CommandRun run = CommandRun.of((command + " --help").strip().split(" "));

        // Then
        assertThat(run.exitCode()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines)
                .allMatch(line -> line.length() <= 80)
                .noneMatch(line -> line.startsWith("'") || line.startsWith("--"));
        if (!List.of("help", "generate-completion", "class-data").contains(command)) {
            assertThat(lines).contains("Exit codes:", "Examples:").doesNotContain("Example:");
        }
        CommandLine described = KafkaSend.commandLine(Console.ofProcess());
        for (String name : command.isEmpty() ? new String[0] : command.split(" ")) {
            described = described.getSubcommands().get(name);
        }
        // What an option does: from a small letter on, without a full stop.
        assertThat(described.getCommandSpec().options().stream()
                        .filter(option -> !option.hidden() && !command.equals("generate-completion"))
                        .map(option -> String.join(" ", option.description())))
                .allMatch(text -> text.matches("([a-z]|Kafka's|[A-Z]{3,}).*[^.]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-h",
                "--help",
                "help",
                "--version",
                "--nonsense",
                "--help more",
                "send-fiel",
                "help dlq",
                "-h dlq",
                "send-request --help",
                "send-request",
                "send-file --help",
                "dlq",
                "dlq list --help",
                "dlq lsit",
                "dlq help",
                "topics --help",
                "keygen",
                "portal --help",
                "gateway --help",
                "bench --list",
                "generate-completion",
                "generate-completion -h"
            })
    void aRunThatMakesOnlyTheCommandThatItNeedsIsTheSame(String line) {
        // Given
        String[] arguments = line.isEmpty() ? new String[0] : line.split(" ");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console surroundings =
                new Console(InputStream.nullInputStream(), new PrintStream(out), new PrintStream(err), false, Map.of());

        // When
        int exitCode = KafkaSend.run(surroundings, arguments);

        // Then
        CommandRun all = CommandRun.of(arguments);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(all.out());
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(all.err());
        assertThat(exitCode).isEqualTo(all.exitCode());
    }

    @Test
    void commandsAreGroupedByWhoNeedsThem() {
        List<String> lines = CommandRun.of("--help").out().lines().toList();

        assertThat(lines.stream().filter(line -> line.matches("[A-Z][A-Za-z ]+:")))
                .containsExactly(
                        "Send:",
                        "Run a portal:",
                        "Run a gateway:",
                        "Run an outbox:",
                        "Look after Kafka:",
                        "Try it out:",
                        "More:",
                        "Exit codes:",
                        "Examples:");
        KafkaSend.commandLine(Console.ofProcess()).getSubcommands().forEach((name, command) -> assertThat(
                        lines.stream().filter(line -> line.matches("  " + name + "  .*")))
                .as(name)
                .hasSize(command.getCommandSpec().usageMessage().hidden() ? 0 : 1));
    }

    @Test
    void defaultsComeFromTheEnvironment() {
        CommandRun run = CommandRun.with(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", "kafka.example:9093", "KAFKA_REQUEST_TOPIC", ""),
                false,
                "",
                "send-file",
                "--help");

        assertThat(run.out()).contains("kafka.example:9093", "api-requests");
    }

    @Test
    void versionIsPrinted() {
        assertThat(CommandRun.of("--version").out()).startsWith("kafkasend ");
    }

    @Test
    void completionIsAScriptThatKnowsTheCommands() {
        assertThat(CommandRun.of("generate-completion").out())
                .startsWith("#!/usr/bin/env bash")
                .contains("send-file", "send-request", "topics", "--endpoint");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|a command is missing",
                "send-fiel|Unmatched argument, no such command: send-fiel; did you mean send-file?",
                "dlq lsit|no such command: lsit; did you mean list",
                "help nothing|nothing",
                "send-request --endpont /a|Unknown option --endpont; did you mean --endpoint?",
                "send-request --tiemout=3|Unknown option --tiemout; did you mean --timeout?",
                "send-file -e /a FILE --xyzzy|Unknown option --xyzzy (see",
                "send-file FILE more -e /a|Unmatched argument: more",
                "send-request -h Key:V|-h is help; a header is -H 'NAME: VALUE'",
                "send-request -e /a -h X-Trace:1 -q|-h is help; a header is -H",
                "send-request -e /a -hX-Trace:1|-h",
                "send-request -e https://api.example/items?page=2#top|it takes path and query only: /items?page=2,",
                "send-request -e //api.example|full URL; it takes path and query only: /, at",
                "send-request -e items|does not start with a slash",
                "send-request -e /a/../b|a dot segment",
                "send-request -e /Zo\u00eb|other characters as %20",
                "send-request -e /a%|a percent sign without two hexadecimal digits",
                "send-request -e /a -t text|no portal takes this --content-type: content_type is no media type",
                "send-file FILE -e /a -t multipart/form-data|content_type is multipart",
                "send-file FILE -e /a --filename a/b|filename is a path",
                "send-file FILE -e /a --filename=|filename is empty",
                "send-file FILE -e /a -H Authorization:x|--header Authorization is a secret of the caller's",
                "send-file FILE -e /a -H X-Api-Key:x --secret-headers x-api-key|--header X-Api-Key is a secret of the caller's",
                "send-file FILE -e /a -H Set-Cookie:x|--header Set-Cookie never passes a portal",
                "send-file FILE -e /a -H X_Forwarded_For:x|--header X_Forwarded_For never passes a portal",
                "send-file FILE -e /a -H X-Name:Zo\u00eb|--header X-Name never passes a portal: a value takes",
                "send-file FILE -e /a --timeout 5x|'5x' is no time; it takes seconds, or units as in 10s, 5m",
                "send-file FILE -e /a --timeout 0s|--timeout is 0",
                "send-file FILE -e /a --retries three|--retries': 'three' is no whole number; it takes digits, such as 3",
                "send-file FILE -e /a --retries 1.5|'1.5' is no whole number",
                "send-file FILE -e /a --retries 3000000000|'3000000000' is too large",
                "bench --rtt 1,x|--rtt' (MS): 'x' is no whole number; it takes digits, such as 3",
                "dlq list --limit ten|'ten' is no whole number",
                "soak --seed 99999999999999999999|'99999999999999999999' is too large",
                "send-file FILE -e /a --timeout 999999999h|is too long",
                "send-file FILE|'--endpoint=PATH'",
                "send-file -e /a|'FILE'",
                "send-file MISSING -e /a|does not exist",
                "send-file DIRECTORY -e /a|is a directory",
                "send-file FILE -e /a -m FETCH|FETCH",
                "send-file FILE -e /a -m HEAD|HEAD request may not have a body",
                "send-file FILE -e /a -H nonsense|'Name: value'",
                "send-file FILE -e /a -H a@b:c|a header's name",
                "send-request -e /a -H Content-Type:a/b -H content-type:c/d|header content-type is given twice; it takes one",
                "send-file FILE -e /a --timeout 0|--timeout is 0",
                "send-file FILE -e /a --timeout soon|--timeout",
                "send-file FILE -e /a --compress brotli|--compress is \"brotli\"; it takes gzip or zstd",
                "send-file FILE -e /a --connect-timeout 0|--connect-timeout is 0",
                "send-file FILE -e /a -o DIRECTORY|is a directory",
                "send-file FILE -e /a -o DIRECTORY/no/answer|directory does not exist",
                "send-file FILE -e /a --kafka-config MISSING|cannot be read",
                "send-file FILE -e /a --kafka-property nonsense|nonsense",
                "send-request -e /a -d x --data-file FILE|mutually exclusive",
                "send-request -e /a --data-file MISSING|does not exist",
                "send-request -e /a -d @MISSING|does not exist; --data-raw sends a text that begins with @",
                "send-request -e /a -d @|name is empty",
                "send-request -e /a -d @DIRECTORY|is a directory",
                "send-request -e /a -d x --data-raw y|mutually exclusive",
                "send-request @FILE -e /a|@",
                "send-file Zo\uFFFD\uFFFD -e /a|set LC_ALL=C.UTF-8",
                "send-file FILE -e /a --form nonsense|NAME=VALUE",
                "send-file FILE -e /a --form =x|NAME=VALUE",
                "send-file FILE -e /a --raw --form a=b|no filename",
                "send-request -e /a -d x --form a=b|--data-file FILE",
                "send-request -e /a --data-file - --form-field a|--data-file FILE",
                "send-request -e /a --form-field a|--data-file FILE",
                "send-request -e /a -m HEAD -d x|HEAD request may not have a body",
                "send-request -e /a --signing-key FILE|--client-id is missing",
                "send-request -e /a --client-id a|--signing-key is missing",
                "send-request -e /a --signing-key FILE --client-id a|is no private key in PEM",
                "send-request -e /a --signing-key MISSING --client-id a|cannot be read",
                "send-request -e /a --signing-key FILE --client-id a/b|1 to 64 letters, digits",
                "send-request -e /a --reply-to a/b|a topic's name",
                "keygen --out DIRECTORY|--client-id=NAME",
                "keygen --client-id a/b --out DIRECTORY|1 to 64 letters, digits",
                "keygen --client-id a --out DIRECTORY --algorithm rsa|rsa",
                "dlq|a command is missing",
                "dlq list --limit 0|--limit is 0",
                "dlq show|'PARTITION:OFFSET'",
                "dlq show seventeen|PARTITION:OFFSET",
                "dlq replay --yes|PARTITION:OFFSET, or all by --all",
                "dlq replay 0:1 --all --yes|PARTITION:OFFSET, or all by --all",
                "dlq replay 0:1|replay needs --yes",
                "bench --scenario nonsense|there is no nonsense; it takes upload-1, upload-10",
                "bench --rounds 0|--rounds is 0; it takes 1 to 1000",
                "bench --warm-up -1|--warm-up is -1; it takes 0 to 3600 seconds",
                "bench --json DIRECTORY|is a directory",
                "bench --docs MISSING|is not a directory",
                "bench --from MISSING|does not exist",
                "soak --minutes 0|--minutes is 0.0; it takes more than 0, up to 10000",
                "soak --rate -1|--rate is -1.0; it takes more than 0, up to 1000",
                "soak --hostile-rate -1|--hostile-rate is -1.0; it takes 0 to 10000",
                "soak --portals 4|--portals is 4; it takes 1 to 3",
                "soak --largest 200MB|--largest takes up to 100MB",
                "soak --retention-bytes 1MB|--retention-bytes takes 64MiB or more",
                "broker --retention-bytes 1000|--retention-bytes takes 1MiB or more",
                "topics --create --check|mutually exclusive",
                "topics --create --partitions 0|--partitions takes at least 1",
                "topics --create --max-message-bytes 1000|--max-message-bytes takes 1048576"
            })
    void aMistakeIsOneLineAndExitCodeTwo(String line, String message) throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("file"), "content");
        String[] arguments = line.isEmpty()
                ? new String[0]
                : line.replace("FILE", file.toString())
                        .replace("DIRECTORY", directory.toString())
                        .replace("MISSING", directory.resolve("missing").toString())
                        .split(" ");

        // When
        CommandRun run = CommandRun.of(arguments);

        // Then
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(message).contains("--help");
        assertThat(run.errLines()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "send-request --json",
                "send-request -e /a --json --nonsense",
                "send-file MISSING -e /a --json",
                "send-request -e /a --json -b 127.0.0.1:9 --connect-timeout 1",
                "send-request -e /a --json --kafka-property security.protocol=PIGEON"
            })
    void everyFailureIsJsonWhereJsonIsAskedFor(String line) {
        // When
        CommandRun run = CommandRun.of(line.split(" "));

        // Then
        OutputSchema.require(run.out());
        assertThat(run.out()).contains("\"exit_code\":" + run.exitCode()).hasLineCount(1);
        assertThat(run.err()).hasLineCount(1);
    }

    @Test
    void noArgumentIsTakenForAFileOfArguments() throws Exception {
        // Given
        Path file = Files.writeString(directory.resolve("arguments"), "topics --help");

        // When
        CommandRun root = CommandRun.of("@" + file);
        CommandRun header = CommandRun.of("send-request", "-e", "/a", "-H", "@" + file);

        // Then
        assertThat(root.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(root.err()).contains("@" + file).doesNotContain("topics --help");
        assertThat(header.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(header.err()).contains("--header @" + file + " is not of the form");
    }

    @Test
    void aVariableIsTakenAsItStands() {
        CommandRun run = CommandRun.with(
                Map.of("KAFKA_BOOTSTRAP_SERVERS", "${sys:java.version}"), false, "", "topics", "--help");

        assertThat(run.out()).contains("${sys:java.version}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version", "generate-completion", "bench --list"})
    void outputThatCannotBeWrittenIsAFailure(String line) {
        // When
        CommandRun full = CommandRun.onto(failing("No space left on device"), line.split(" "));
        CommandRun left = CommandRun.onto(failing("Broken pipe"), line.split(" "));

        // Then
        assertThat(full.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(full.err())
                .isEqualTo("kafkasend: standard output cannot be written: No space left on device"
                        + System.lineSeparator());
        assertThat(left.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(left.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/v1/report.PDF?page=1|report.PDF is by its name application/pdf, which is binary",
                "/api/v1/a.tar.gz|application/gzip",
                "/a -H accept:image/png,application/octet-stream|Accept: image/png,application/octet-stream asks",
                "/a -H Accept:image/*|Accept: image/* asks for what is binary"
            })
    void bytesAreRefusedOnATerminalBeforeTheCallWhereTheyCanBeForeseen(String line, String message) {
        // Given
        String[] arguments = ("send-request -b 127.0.0.1:9 --connect-timeout 1 -e " + line).split(" ");

        // When
        CommandRun run = CommandRun.with(Map.of(), true, "", arguments);

        // Then
        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err())
                .contains(message, "use --output FILE, or --output -")
                .hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1.2/items",
                "/api/v1.2",
                "/a.json",
                "/a.svg",
                "/a -H Accept:image/png,*/*",
                "/a -H Accept:application/problem+json",
                "/a.pdf -m DELETE",
                "/a.pdf -o -",
                "/a.pdf --json"
            })
    void whatMayBeTextIsAskedForOnATerminalToo(String line) {
        String[] arguments = ("send-request -b 127.0.0.1:9 --connect-timeout 1 -e " + line).split(" ");

        CommandRun run = CommandRun.with(Map.of(), true, "", arguments);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("no answer from Kafka");
    }

    private static OutputStream failing(String reason) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
    }

    @Test
    void aLogLevelThatIsNoneIsNamed() {
        CommandRun run = CommandRun.with(Map.of("CLIENT_LOG_LEVEL", "LOUD"), false, "", "send-request", "-e", "/a");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("CLIENT_LOG_LEVEL is LOUD").contains("TRACE, DEBUG, INFO");
    }

    @Test
    void aKafkaPropertyThatIsNoGoodIsAUsageError() {
        CommandRun run = CommandRun.of("topics", "--kafka-property", "security.protocol=PIGEON");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("PIGEON");
        assertThat(run.errLines()).isEqualTo(1);
    }

    @Test
    void mediaTypesAreGuessedFromNames() {
        assertThat(MediaTypes.byName(Path.of("a.pdf"))).isEqualTo("application/pdf");
        assertThat(MediaTypes.byName(Path.of("a.JSON"))).isEqualTo("application/json");
        assertThat(MediaTypes.byName(Path.of("a.csv"))).isEqualTo("text/csv");
        assertThat(MediaTypes.byName(Path.of("no-suffix"))).isEqualTo("application/octet-stream");
        assertThat(MediaTypes.text("application/problem+json; charset=utf-8")).isTrue();
        assertThat(MediaTypes.text("image/png")).isFalse();
    }

    @Test
    void sizesAreForPeople() {
        assertThat(Bytes.of(0)).isEqualTo("0 bytes");
        assertThat(Bytes.of(1)).isEqualTo("1 byte");
        assertThat(Bytes.of(999)).isEqualTo("999 bytes");
        assertThat(Bytes.of(999_999)).isEqualTo("1.0 MB");
        assertThat(Bytes.of(50_000_000)).isEqualTo("50.0 MB");
        assertThat(Bytes.of(Long.MAX_VALUE)).endsWith(" TB");
    }

    @Test
    void helpLoadsNeitherKafkaNorCamelNorLogging() throws Exception {
        // Given
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-verbose:class",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KafkaSend.class.getName(),
                        "send-file",
                        "--help")
                .redirectErrorStream(true)
                .start();

        // When
        String output;
        try (InputStream in = process.getInputStream()) {
            output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }

        // Then
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(output)
                .contains("Usage: kafkasend send-file")
                .doesNotContain("org.apache.kafka.", "org.apache.camel.", "ch.qos.logback.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "es256"})
    void keygenMakesKeysThatNobodyElseReadsAndNoneOver(String algorithm) throws Exception {
        // Given
        Path keys = directory.resolve("new/keys");
        String[] command = {"keygen", "--client-id", "reports", "--out", keys.toString(), "--algorithm", algorithm};

        // When
        CommandRun first = CommandRun.of(command);
        String made = Files.readString(keys.resolve("reports.key.pem"));
        CommandRun second = CommandRun.of(command);

        // Then
        assertThat(first.exitCode()).isZero();
        assertThat(first.out())
                .contains("reports.key.pem: private; stays with the client", "--signing-key")
                .contains("reports.pem: public; goes into the portal's PORTAL_CLIENT_KEYS as reports.pem")
                .doesNotContain(made.lines().toList().get(1));
        assertThat(Files.getPosixFilePermissions(keys.resolve("reports.key.pem")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(ClientKey.ofPem(Files.readString(keys.resolve("reports.pem")))
                        .algorithm())
                .isEqualTo(algorithm.equals("es256") ? "ES256" : "EdDSA");
        assertThat(SigningKey.read("reports", keys.resolve("reports.key.pem")).clientId())
                .isEqualTo("reports");
        assertThat(second.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(second.err())
                .contains("reports.key.pem is there already; --force writes over it")
                .hasLineCount(1);
        assertThat(Files.readString(keys.resolve("reports.key.pem"))).isEqualTo(made);
    }

    @Test
    void keygenWritesOverKeysWhenToldTo() throws Exception {
        // Given
        String[] command = {"keygen", "--client-id", "a", "--out", directory.toString(), "--force"};
        CommandRun.of(command);
        String before = Files.readString(directory.resolve("a.key.pem"));

        // When
        CommandRun again = CommandRun.of(command);

        // Then
        assertThat(again.exitCode()).isZero();
        assertThat(Files.readString(directory.resolve("a.key.pem"))).isNotEqualTo(before);
        assertThat(Files.list(directory)).hasSize(2);
    }
}
