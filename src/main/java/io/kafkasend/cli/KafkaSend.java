package io.kafkasend.cli;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.log.LogLevel;
import io.kafkasend.cli.log.Logs;
import io.kafkasend.cli.option.EnvironmentDefaults;
import io.kafkasend.cli.option.VersionFromJar;
import io.kafkasend.cli.option.WholeNumber;
import io.kafkasend.cli.output.ErrorLines;
import io.kafkasend.concurrent.DaemonThreads;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code kafkasend} command. */
@Command(
        name = "kafkasend",
        description = "HTTP over Kafka: requests and answers of any size, through a portal that guards a REST API.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionFromJar.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "",
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
            "  kafkasend topics --create",
            "  kafkasend send-file report.pdf --endpoint /api/v1/upload",
            "  kafkasend send-request -e '/api/v1/items?page=2'",
            "  source <(kafkasend generate-completion)",
            "",
            "Environment: KAFKA_BOOTSTRAP_SERVERS, KAFKA_REQUEST_TOPIC, KAFKA_RESPONSE_TOPIC,",
            "KAFKA_CLIENT_CONFIG (a properties file for Kafka's clients), CLIENT_SIGNING_KEY,",
            "CLIENT_ID, CLIENT_REPLY_TO, CLIENT_MODERN_PORTALS, CLIENT_SECRET_HEADERS,",
            "CLIENT_LOG_LEVEL (INFO);",
            "KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_..., KAFKA_OAUTH_..., KAFKA_SSL_...: TLS and",
            "login, see docs/operate/kafka-security.md; NO_COLOR: no colours."
        })
public final class KafkaSend implements Runnable {
    @Spec
    private CommandSpec spec;

    /** Runs the command line and ends the process with its exit code. */
    public static void main(String[] arguments) {
        if (Commands.endsSoon(arguments)) {
            LogLevel.ofCommandThatEndsSoon();
        }
        Logs.byOwnFile();
        if (Commands.talksToKafka(arguments)) {
            // Kafka's clients want it, whoever needs it or not; meanwhile the arguments are read.
            DaemonThreads.named("kafkasend-prelude", ManagementFactory::getPlatformMBeanServer)
                    .start();
        }
        System.exit(run(Console.ofProcess(), arguments));
    }

    /** Runs a command line that is used once; an {@code ExitCode}. */
    static int run(Console surroundings, String... arguments) {
        CommandLine root = new CommandLine(new KafkaSend());
        Commands.addNeeded(root, surroundings, arguments);
        return ready(root, surroundings).execute(arguments);
    }

    /** The whole command line, ready to execute. */
    public static CommandLine commandLine(Console surroundings) {
        CommandLine root = new CommandLine(new KafkaSend());
        Commands.addAll(root, surroundings);
        return ready(root, surroundings);
    }

    /** Sets all up that the root and every command of it have in common. */
    private static CommandLine ready(CommandLine commandLine, Console surroundings) {
        Map<String, IHelpSectionRenderer> sections = new HashMap<>(commandLine.getHelpSectionMap());
        sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, new CommandGroups());
        commandLine.getCommandSpec().usageMessage().sectionMap(sections);
        ErrorLines errors = new ErrorLines(surroundings);
        WholeRun whole = new WholeRun(surroundings);
        commandLine.getCommandSpec().preprocessor(whole);
        WholeNumber.register(commandLine);
        return commandLine
                .setExpandAtFiles(false) // an argument is what was typed
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setDefaultValueProvider(new EnvironmentDefaults(surroundings))
                .setUsageHelpLongOptionsMaxWidth(30)
                .setResourceBundle(new HelpTexts())
                .setColorScheme(Help.defaultColorScheme(surroundings.ink().on() ? Help.Ansi.ON : Help.Ansi.OFF))
                .setOut(new PrintWriter(surroundings.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(surroundings.err(), true, StandardCharsets.UTF_8))
                .setExecutionStrategy(whole)
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors);
    }

    /** A command without a subcommand is a mistake. */
    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }
}
