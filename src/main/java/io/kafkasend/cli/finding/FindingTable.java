package io.kafkasend.cli.finding;

import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkasend.cli.console.Console;
import io.kafkasend.cli.console.ExitCode;
import io.kafkasend.cli.console.Ink;
import io.kafkasend.cli.finding.Finding.Level;
import io.kafkasend.cli.output.JsonReport;
import io.kafkasend.security.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Findings as a table for people, or as JSON. A row is: what was looked at, how it stands, what was found; and below, after an
 * arrow, what to do. On a terminal long rows are wrapped; elsewhere a row is a line. Immutable.
 *
 * @param findings in the order in which they are shown
 */
public record FindingTable(List<Finding> findings) {
    private static final int LEVEL = 4;
    private static final String GAP = "  ";
    private static final String ARROW = "-> ";

    public FindingTable {
        findings = List.copyOf(findings);
    }

    /** An {@link ExitCode}: failed where a finding is a failure. */
    public int exitCode() {
        return findings.stream().anyMatch(finding -> finding.level() == Level.FAIL)
                ? ExitCode.FAILED
                : ExitCode.ANSWERED;
    }

    /** Prints the rows on standard output, and their sum; an {@link ExitCode}. */
    public int print(Console console) {
        int columns = console.terminal() && console.screen() != null
                ? Math.max(60, console.screen().columns())
                : Integer.MAX_VALUE;
        lines(columns, console.ink()).forEach(console.out()::println);
        console.out().println(sum());
        return exitCode();
    }

    /** Tells them as one JSON object, with what else there is to say; an {@link ExitCode}. */
    public int report(JsonReport report, JsonReport.Fields more) {
        JsonReport.Fields fields = json -> {
            more.write(json);
            write(json);
        };
        if (exitCode() == ExitCode.ANSWERED) {
            report.done(fields);
        } else {
            report.failed(JsonReport.Cause.CHECK_FAILED, failures(), fields);
        }
        return exitCode();
    }

    private String failures() {
        return findings.stream()
                .filter(finding -> finding.level() == Level.FAIL)
                .map(finding -> finding.check() + ": " + Printable.line(finding.what()))
                .collect(Collectors.joining("; "));
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("findings");
        for (Finding finding : findings) {
            json.writeStartObject();
            json.writeStringField("check", finding.check());
            json.writeStringField("level", finding.level().word());
            json.writeStringField("what", finding.what());
            json.writeStringField("todo", finding.todo().isEmpty() ? null : finding.todo());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Such as "12 ok, 1 warn, 0 fail". */
    String sum() {
        return List.of(Level.values()).stream()
                .map(level -> findings.stream()
                                .filter(finding -> finding.level() == level)
                                .count()
                        + " " + level.word())
                .collect(Collectors.joining(", "));
    }

    /** The rows, none of them wider than so many columns as far as their words allow it. */
    List<String> lines(int columns, Ink ink) {
        int checks = findings.stream()
                .mapToInt(finding -> finding.check().length())
                .max()
                .orElse(0);
        String indent = " ".repeat(checks) + GAP + " ".repeat(LEVEL) + GAP;
        List<String> lines = new ArrayList<>();
        for (Finding finding : findings) {
            String head = finding.check()
                    + " ".repeat(checks - finding.check().length())
                    + GAP
                    + level(finding, ink)
                    + " ".repeat(LEVEL - finding.level().word().length())
                    + GAP;
            List<String> what = wrapped(Printable.line(finding.what()), columns - indent.length());
            lines.add(head + what.get(0));
            what.subList(1, what.size()).forEach(line -> lines.add(indent + line));
            if (!finding.todo().isEmpty()) {
                List<String> todo = wrapped(Printable.line(finding.todo()), columns - indent.length() - ARROW.length());
                lines.add(indent + ARROW + todo.get(0));
                todo.subList(1, todo.size()).forEach(line -> lines.add(indent + " ".repeat(ARROW.length()) + line));
            }
        }
        return lines;
    }

    private static String level(Finding finding, Ink ink) {
        String word = finding.level().word();
        return switch (finding.level()) {
            case OK -> ink.green(word);
            case WARN -> ink.yellow(word);
            case FAIL -> ink.red(word);
        };
    }

    private static List<String> wrapped(String text, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
