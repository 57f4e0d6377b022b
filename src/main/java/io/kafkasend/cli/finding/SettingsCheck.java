package io.kafkasend.cli.finding;

import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.ClientException.Kind;
import io.kafkasend.security.Printable;
import java.util.List;
import java.util.Map;

/**
 * What {@code --check} of a command says that is set by environment variables: its settings and what was found, or why they are
 * no settings. Immutable.
 *
 * @param console where it is said
 * @param json whether as one object, by the report
 * @param report of the command
 */
public record SettingsCheck(Console console, boolean json, JsonReport report) {
    /** Says what is wrong with the settings, checked or to be run with; an {@link ExitCode}. */
    public int unfit(List<String> faults) {
        faults.forEach(console::complain);
        if (json) {
            report.failed(new ClientException(Kind.SETTINGS, null, String.join("; ", faults), null), ExitCode.USAGE);
        }
        return ExitCode.USAGE;
    }

    /**
     * Says what was found; an {@link ExitCode}.
     *
     * @param changed the settings that are not as by default, as they may be shown
     */
    public int found(Map<String, String> changed, List<Finding> findings) {
        FindingTable table = new FindingTable(findings);
        if (json) {
            return table.report(report, out -> {
                out.writeObjectFieldStart("settings");
                for (Map.Entry<String, String> setting : changed.entrySet()) {
                    out.writeStringField(setting.getKey(), setting.getValue());
                }
                out.writeEndObject();
            });
        }
        changed.forEach((variable, value) -> console.out().println(Printable.line(variable + "=" + value)));
        console.out().println();
        return table.print(console);
    }
}
