package io.kafkasend.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.IHelpSectionRenderer;

/** The list of commands, by who needs them. Thread-safe. */
final class CommandGroups implements IHelpSectionRenderer {
    private static final String OTHERS = "More";
    private static final int NAMES = 21;
    private static final int INDENT = 2;

    private record Group(String title, List<String> commands) {}

    private static final List<Group> GROUPS = List.of(
            new Group("Send", List.of("send-request", "send-file", "fetch", "keygen")),
            new Group("Run a portal", List.of("portal", "top")),
            new Group("Run a gateway", List.of("gateway")),
            new Group("Run an outbox", List.of("outbox")),
            new Group("Look after Kafka", List.of("topics", "dlq", "doctor", "trace", "check-client")),
            new Group("Try it out", List.of("demo", "broker", "sample-api", "bench", "soak")));

    @Override
    public String render(Help help) {
        Map<String, Help> left = new LinkedHashMap<>(help.subcommands());
        StringBuilder list = new StringBuilder();
        for (Group group : GROUPS) {
            append(
                    list,
                    group.title(),
                    group.commands().stream()
                            .map(left::remove)
                            .filter(Objects::nonNull)
                            .toList());
        }
        append(list, OTHERS, List.copyOf(left.values()));
        return list.toString();
    }

    private static void append(StringBuilder list, String title, List<Help> commands) {
        if (commands.isEmpty()) {
            return;
        }
        Help.ColorScheme colours = commands.get(0).colorScheme();
        int width = commands.get(0).commandSpec().usageMessage().width();
        TextTable table = TextTable.forColumns(
                colours, new Column(NAMES, INDENT, Overflow.SPAN), new Column(width - NAMES, INDENT, Overflow.WRAP));
        for (Help command : commands) {
            String[] description = command.commandSpec().usageMessage().description();
            table.addRowValues(
                    colours.commandText(command.commandSpec().name()),
                    colours.text(description.length == 0 ? "" : description[0]));
        }
        Text heading = colours.text(System.lineSeparator() + title + ":" + System.lineSeparator());
        list.append(heading).append(table);
    }
}
