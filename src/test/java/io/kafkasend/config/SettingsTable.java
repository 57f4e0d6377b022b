package io.kafkasend.config;

import io.kafkasend.setting.Setting;
import java.util.ArrayList;
import java.util.List;

/**
 * README's table of the portal's settings, made from their declarations. After a change of a setting, run this class and
 * put what it prints in place of the table in README.md.
 */
final class SettingsTable {
    static final String HEAD = "| Variable | Default | What it does |";

    private SettingsTable() {}

    /** Prints the table. */
    public static void main(String[] arguments) {
        lines().forEach(System.out::println);
    }

    /** The table's lines: head, rule, and a row for each setting. */
    static List<String> lines() {
        List<String> lines = new ArrayList<>(List.of(HEAD, "|---|---|---|"));
        PortalSettings.all().forEach(setting -> lines.add(row(setting)));
        return lines;
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
