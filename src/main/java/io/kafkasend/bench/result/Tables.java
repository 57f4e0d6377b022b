package io.kafkasend.bench.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Results as tables. Immutable. */
public final class Tables {
    private static final List<String> HEAD =
            List.of("scenario", "figure", "measured", "baseline", "ratio", "bar", "aim", "");

    /** What a quick run has to say of itself. */
    private static final String NOT_WARM =
            "a quick run: its portals have not worked for long and are not warm, so a whole run has better ratios";

    /** Stands behind what is of an earlier run. */
    private static final String MARK = " †";

    private final Results results;

    /** Of these results. */
    public Tables(Results results) {
        this.results = results;
    }

    /** One table in columns, for a terminal; medians with least and most in parentheses. */
    public List<String> lines() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        for (Outcome scenario : results.scenarios()) {
            if (scenario.skipped() != null) {
                rows.add(List.of(scenario.name(), "skipped: " + scenario.skipped()));
            }
            for (Measurement figure : scenario.figures()) {
                rows.add(List.of(
                        scenario.name(),
                        figure.figure().title() + ", " + figure.figure().unit(),
                        Numbers.of(figure.scenario()),
                        Numbers.of(figure.baseline()),
                        Numbers.of(figure.ratio(), figure.ratioInterval()),
                        orNothing(figure.figure().bar()),
                        orNothing(figure.figure().aim()),
                        verdict(figure)));
            }
        }
        int[] widths = new int[HEAD.size()];
        rows.stream().filter(row -> row.size() == HEAD.size()).forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        List<String> lines =
                new ArrayList<>(rows.stream().map(row -> aligned(row, widths)).toList());
        if (results.quick()) {
            lines.add(NOT_WARM);
        }
        return lines;
    }

    /** Two tables in Markdown, what has a bar and what has none, with the run that they are of. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        Machine machine = results.machine();
        text.append("Commit ")
                .append(results.commit() == null ? "unknown" : "`" + results.commit() + "`")
                .append(", ")
                .append(results.startedAt())
                .append(", ")
                .append(Math.round(results.seconds()))
                .append(" s")
                .append(results.quick() ? ", quick" : "")
                .append(".\n")
                .append(machine.cores())
                .append(" cores, ")
                .append(Numbers.of(machine.memoryMib() / 1024.0))
                .append(" GiB; load before it began ")
                .append(Numbers.ratio(machine.loadBefore()))
                .append(";\n")
                .append(machine.os())
                .append(";\n")
                .append(machine.jdk())
                .append(".\n\n");
        if (machine.busy()) {
            text.append("**The machine was busy with other work, so these figures stand for no other machine.**\n\n");
        }
        if (results.quick()) {
            text.append("**").append(NOT_WARM).append(".**\n\n");
        }
        text.append("| scenario | beside | measured | baseline | ratio | bar | aim | |\n");
        text.append("|---|---|---|---|---|---|---|---|\n");
        rows(true, text);
        text.append("\nWithout a bar:\n\n");
        text.append("| scenario | beside | measured | baseline | ratio |\n");
        text.append("|---|---|---|---|---|\n");
        rows(false, text);
        List<String> runs = results.scenarios().stream()
                .flatMap(scenario -> scenario.figures().stream())
                .map(Measurement::keptFrom)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        if (!runs.isEmpty()) {
            text.append(
                            "\n† of an earlier run, from which this one does not differ by more than chance, or which it did not\n")
                    .append("measure: ")
                    .append(String.join("; ", runs))
                    .append(".\n");
        }
        return text.toString();
    }

    private void rows(boolean withBar, StringBuilder text) {
        for (Outcome scenario : results.scenarios()) {
            if (scenario.skipped() != null && !withBar) {
                text.append("| ")
                        .append(scenario.title())
                        .append(" | not measured: ")
                        .append(scenario.skipped())
                        .append(" | | | |\n");
            }
            for (Measurement figure : scenario.figures()) {
                if (withBar == (figure.figure().bar() != null)) {
                    String unit = " " + figure.figure().unit();
                    text.append("| ")
                            .append(scenario.title())
                            .append(", ")
                            .append(figure.figure().title())
                            .append(" | ")
                            .append(scenario.baseline())
                            .append(" | ")
                            .append(Numbers.of(figure.scenario()))
                            .append(unit)
                            .append(" | ")
                            .append(Numbers.of(figure.baseline()))
                            .append(unit)
                            .append(" | ")
                            .append(Numbers.of(figure.ratio(), figure.ratioInterval()))
                            .append(figure.keptFrom() == null ? "" : MARK);
                    if (withBar) {
                        text.append(" | ")
                                .append(orNothing(figure.figure().bar()))
                                .append(" | ")
                                .append(orNothing(figure.figure().aim()))
                                .append(" | ")
                                .append(verdict(figure));
                    }
                    text.append(" |\n");
                }
            }
        }
    }

    private static String aligned(List<String> row, int[] widths) {
        if (row.size() < widths.length) {
            return String.format("%-" + widths[0] + "s  %s", row.get(0), row.get(1));
        }
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String format = i >= 4 && i <= 6 ? "%" + widths[i] + "s" : "%-" + Math.max(1, widths[i]) + "s";
            line.append(i == 0 ? "" : "  ").append(String.format(format, row.get(i)));
        }
        return line.toString().stripTrailing();
    }

    private static String orNothing(Double value) {
        return value == null ? "" : Numbers.asWritten(value);
    }

    private static String verdict(Measurement figure) {
        return figure.met() == null ? "" : figure.met() ? "ok" : "missed";
    }
}
