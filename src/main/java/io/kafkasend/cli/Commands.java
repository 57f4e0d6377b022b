package io.kafkasend.cli;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.dev.BenchCommand;
import io.kafkasend.cli.dev.BrokerCommand;
import io.kafkasend.cli.dev.DemoCommand;
import io.kafkasend.cli.dev.SampleApiCommand;
import io.kafkasend.cli.dev.SoakCommand;
import io.kafkasend.cli.diagnose.CheckClientCommand;
import io.kafkasend.cli.diagnose.DoctorCommand;
import io.kafkasend.cli.diagnose.TopCommand;
import io.kafkasend.cli.diagnose.TraceCommand;
import io.kafkasend.cli.gateway.GatewayCommand;
import io.kafkasend.cli.outbox.OutboxCommand;
import io.kafkasend.cli.portal.KeygenCommand;
import io.kafkasend.cli.portal.PortalCommand;
import io.kafkasend.cli.send.FetchCommand;
import io.kafkasend.cli.send.SendFile;
import io.kafkasend.cli.send.SendRequest;
import io.kafkasend.cli.topic.DlqCommand;
import io.kafkasend.cli.topic.TopicsCommand;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The commands, of which a run makes as many as it needs: picocli looks at each of their options by reflection, which for all of them
 * takes longer than to send a request. Immutable.
 */
final class Commands {
    private static final Set<String> OF_THE_ROOT = Set.of("-h", "--help", "-V", "--version");

    /** Their classes stay out of it: those of a part that is not there cannot be loaded. */
    private record Entry(String name, Part part, String description) {
        Entry(String name, Part part) {
            this(name, part, null);
        }

        Entry(String name) {
            this(name, Part.COMMANDS, null);
        }

        void addTo(CommandLine root, Console surroundings) {
            root.addSubcommand(name, make(name, surroundings));
            if (description != null) {
                root.getSubcommands().get(name).getCommandSpec().usageMessage().description(description);
            }
        }

        /** What the list of commands shows of it. */
        void addTitleTo(CommandLine root, Console surroundings) {
            Object made = make(name, surroundings);
            Object command = made instanceof CommandLine whole ? whole.getCommand() : made;
            Command annotated = command.getClass().getAnnotation(Command.class);
            CommandSpec title = CommandSpec.create();
            title.usageMessage()
                    .description(description == null ? annotated.description() : new String[] {description})
                    .hidden(annotated.hidden());
            root.addSubcommand(name, title);
        }
    }

    private static final List<Entry> ALL = List.of(
            new Entry("portal", Part.PORTAL),
            new Entry("gateway", Part.PORTAL),
            new Entry("outbox", Part.PORTAL),
            new Entry("top"),
            new Entry("send-file"),
            new Entry("send-request"),
            new Entry("fetch"),
            new Entry("topics"),
            new Entry("keygen"),
            new Entry("dlq"),
            new Entry("doctor"),
            new Entry("trace"),
            new Entry("check-client"),
            new Entry("demo", Part.BROKER),
            new Entry("broker", Part.BROKER),
            new Entry("sample-api", Part.PORTAL),
            new Entry("bench", Part.BROKER),
            new Entry("soak", Part.BROKER),
            new Entry("class-data"),
            new Entry(
                    "generate-completion",
                    Part.COMMANDS,
                    "Writes a completion script for bash and zsh to standard output."),
            new Entry("help", Part.COMMANDS, "Shows the help of a command."));

    private Commands() {}

    private static Object make(String name, Console surroundings) {
        return switch (name) {
            case "portal" -> new PortalCommand(surroundings);
            case "gateway" -> new GatewayCommand(surroundings);
            case "outbox" -> new OutboxCommand(surroundings);
            case "top" -> new TopCommand(surroundings);
            case "send-file" -> new SendFile(surroundings);
            case "send-request" -> new SendRequest(surroundings);
            case "fetch" -> new FetchCommand(surroundings);
            case "topics" -> new TopicsCommand(surroundings);
            case "keygen" -> new KeygenCommand(surroundings);
            case "dlq" -> DlqCommand.of(surroundings);
            case "doctor" -> new DoctorCommand(surroundings);
            case "trace" -> new TraceCommand(surroundings);
            case "check-client" -> new CheckClientCommand(surroundings);
            case "demo" -> new DemoCommand(surroundings);
            case "broker" -> new BrokerCommand(surroundings);
            case "sample-api" -> new SampleApiCommand(surroundings);
            case "bench" -> new BenchCommand(surroundings);
            case "soak" -> new SoakCommand(surroundings);
            case "class-data" -> new ClassDataCommand();
            case "generate-completion" -> new GenerateCompletion();
            case "help" -> new HelpCommand();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Adds every command whose part of KafkaSend is there. */
    static void addAll(CommandLine root, Console surroundings) {
        ALL.stream().filter(entry -> entry.part().isThere()).forEach(entry -> entry.addTo(root, surroundings));
    }

    /** Adds what these arguments need; whatever they are, the run is the same as with all. */
    static void addNeeded(CommandLine root, Console surroundings, String... arguments) {
        String first = arguments.length == 0 ? "" : arguments[0];
        List<Entry> named = ALL.stream()
                .filter(entry -> entry.name().equals(first) && entry.description() == null)
                .toList();
        if (!named.isEmpty()) {
            Entry entry = named.get(0);
            if (entry.part().isThere()) {
                entry.addTo(root, surroundings);
            } else {
                root.addSubcommand(entry.name(), new AbsentCommand(entry.part()));
            }
        } else if (arguments.length == 1 && OF_THE_ROOT.contains(first)) {
            ALL.stream().filter(entry -> entry.part().isThere()).forEach(entry -> entry.addTitleTo(root, surroundings));
        } else {
            addAll(root, surroundings);
        }
    }

    /** Whether these arguments are of a command that ends soon, and asks Kafka before. */
    static boolean talksToKafka(String... arguments) {
        return arguments.length > 1
                && Set.of("send-request", "send-file", "fetch", "topics", "dlq", "doctor", "trace", "check-client")
                        .contains(arguments[0])
                && !Set.of("-h", "--help").contains(arguments[1]);
    }

    /** Whether these arguments are of a command that ends soon, and logs little. */
    static boolean endsSoon(String... arguments) {
        return arguments.length == 0
                || !Arrays.asList(
                                "portal",
                                "gateway",
                                "outbox",
                                "demo",
                                "broker",
                                "sample-api",
                                "bench",
                                "soak",
                                "class-data")
                        .contains(arguments[0]);
    }
}
