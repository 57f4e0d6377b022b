package io.kafkasend.config;

import io.kafkasend.setting.Setting;
import java.util.List;
import java.util.stream.Stream;

/**
 * The tables of the portal's settings in docs/operate/configuration.md, made from their declarations: one for each subject,
 * those that an operator has to set first. After a change of a setting, run this class and put what it prints between the
 * document's two comments; likewise those of gateway and outbox, named as an argument.
 */
final class SettingsTable {
    private static final String HEAD = "| Variable | Default | What it does |";
    private static final SettingsGroup FIRST = new SettingsGroup(
            "Set these first",
            List.of(
                    KafkaSettings.BOOTSTRAP_SERVERS,
                    ApiSettings.TARGET_API_URL,
                    AllowListSettings.ALLOWED_ENDPOINTS,
                    TokenSettings.TOKEN_URL,
                    TokenSettings.CLIENT_ID,
                    TokenSettings.CLIENT_SECRET,
                    TokenSettings.CLIENT_SECRET_FILE));

    private SettingsTable() {}

    /** Prints the tables. */
    public static void main(String[] arguments) {
        (arguments.length == 0 ? lines() : arguments[0].equals("outbox") ? ofOutbox() : ofGateway())
                .forEach(System.out::println);
    }

    /** The document's lines: each subject's heading, head, rule, and a row for each setting. */
    static List<String> lines() {
        return Stream.concat(Stream.of(FIRST), PortalSettings.groups().stream().map(SettingsTable::withoutFirst))
                .flatMap(SettingsTable::table)
                .toList();
    }

    /** Those of docs/use/gateway.md, one level deeper. */
    static List<String> ofGateway() {
        return deeper(GatewaySettings.groups());
    }

    /** Those of docs/use/outbox.md, likewise. */
    static List<String> ofOutbox() {
        return deeper(OutboxSettings.groups());
    }

    private static List<String> deeper(List<SettingsGroup> groups) {
        return groups.stream()
                .flatMap(SettingsTable::table)
                .map(line -> line.startsWith("## ") ? "#" + line : line)
                .toList();
    }

    private static SettingsGroup withoutFirst(SettingsGroup group) {
        return new SettingsGroup(
                group.subject(),
                group.settings().stream()
                        .filter(setting -> !FIRST.settings().contains(setting))
                        .toList());
    }

    private static Stream<String> table(SettingsGroup group) {
        Stream<String> head = Stream.of("## " + group.subject(), "", HEAD, "|---|---|---|");
        Stream<String> rows = group.settings().stream().map(SettingsTable::row);
        return Stream.of(head, rows, Stream.of("")).flatMap(lines -> lines);
    }

    private static String row(Setting<?> setting) {
        return "| `%s` | %s | %s |".formatted(setting.variable(), shownDefault(setting), cell(setting.text()));
    }

    private static String shownDefault(Setting<?> setting) {
        if (!setting.defaultValue().isEmpty()) {
            return "`" + cell(setting.defaultValue()) + "`";
        }
        return mayStayEmpty(setting) ? "(none)" : "(required)";
    }

    private static boolean mayStayEmpty(Setting<?> setting) {
        try {
            setting.parse("");
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
