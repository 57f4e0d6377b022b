package io.kafkasend.cli;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.dev.BenchCommand;
import io.kafkasend.cli.dev.BrokerCommand;
import io.kafkasend.cli.dev.DemoCommand;
import io.kafkasend.cli.dev.SampleApiCommand;
import io.kafkasend.cli.dev.SoakCommand;
import io.kafkasend.cli.diagnose.DoctorCommand;
import io.kafkasend.cli.diagnose.TopCommand;
import io.kafkasend.cli.diagnose.TraceCommand;
import io.kafkasend.cli.gateway.GatewayCommand;
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
import java.util.function.Function;
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

    private record Entry(String name, Class<?> type, String description, Function<Console, Object> maker) {
        Entry(String name, Class<?> type, Function<Console, Object> maker) {
            this(name, type, null, maker);
        }

        void addTo(CommandLine root, Console surroundings) {
            root.addSubcommand(name, maker.apply(surroundings));
            if (description != null) {
                root.getSubcommands().get(name).getCommandSpec().usageMessage().description(description);
            }
        }

        /** What the list of commands shows of it. */
        void addTitleTo(CommandLine root) {
            Command annotated = type.getAnnotation(Command.class);
            CommandSpec title = CommandSpec.create();
            title.usageMessage()
                    .description(description == null ? annotated.description() : new String[] {description})
                    .hidden(annotated.hidden());
            root.addSubcommand(name, title);
        }
    }

    private static final List<Entry> ALL = List.of(
            new Entry("portal", PortalCommand.class, PortalCommand::new),
            new Entry("gateway", GatewayCommand.class, GatewayCommand::new),
            new Entry("top", TopCommand.class, TopCommand::new),
            new Entry("send-file", SendFile.class, SendFile::new),
            new Entry("send-request", SendRequest.class, SendRequest::new),
            new Entry("fetch", FetchCommand.class, FetchCommand::new),
            new Entry("topics", TopicsCommand.class, TopicsCommand::new),
            new Entry("keygen", KeygenCommand.class, KeygenCommand::new),
            new Entry("dlq", DlqCommand.class, DlqCommand::of),
            new Entry("doctor", DoctorCommand.class, DoctorCommand::new),
            new Entry("trace", TraceCommand.class, TraceCommand::new),
            new Entry("demo", DemoCommand.class, DemoCommand::new),
            new Entry("broker", BrokerCommand.class, BrokerCommand::new),
            new Entry("sample-api", SampleApiCommand.class, SampleApiCommand::new),
            new Entry("bench", BenchCommand.class, BenchCommand::new),
            new Entry("soak", SoakCommand.class, SoakCommand::new),
            new Entry("class-data", ClassDataCommand.class, surroundings -> new ClassDataCommand()),
            new Entry(
                    "generate-completion",
                    GenerateCompletion.class,
                    "Writes a completion script for bash and zsh to standard output.",
                    surroundings -> new GenerateCompletion()),
            new Entry("help", HelpCommand.class, "Shows the help of a command.", surroundings -> new HelpCommand()));

    private Commands() {}

    /** Adds every command. */
    static void addAll(CommandLine root, Console surroundings) {
        ALL.forEach(entry -> entry.addTo(root, surroundings));
    }

    /** Adds what these arguments need; whatever they are, the run is the same as with all. */
    static void addNeeded(CommandLine root, Console surroundings, String... arguments) {
        String first = arguments.length == 0 ? "" : arguments[0];
        List<Entry> named = ALL.stream()
                .filter(entry -> entry.name().equals(first) && entry.description() == null)
                .toList();
        if (!named.isEmpty()) {
            named.get(0).addTo(root, surroundings);
        } else if (arguments.length == 1 && OF_THE_ROOT.contains(first)) {
            ALL.forEach(entry -> entry.addTitleTo(root));
        } else {
            addAll(root, surroundings);
        }
    }

    /** Whether these arguments are of a command that ends soon, and asks Kafka before. */
    static boolean talksToKafka(String... arguments) {
        return arguments.length > 1
                && Set.of("send-request", "send-file", "fetch", "topics", "dlq", "doctor", "trace")
                        .contains(arguments[0])
                && !Set.of("-h", "--help").contains(arguments[1]);
    }

    /** Whether these arguments are of a command that ends soon, and logs little. */
    static boolean endsSoon(String... arguments) {
        return arguments.length == 0
                || !Arrays.asList("portal", "gateway", "demo", "broker", "sample-api", "bench", "soak", "class-data")
                        .contains(arguments[0]);
    }
}
