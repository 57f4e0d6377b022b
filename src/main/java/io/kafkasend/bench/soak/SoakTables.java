package io.kafkasend.bench.soak;

import io.kafkasend.bench.result.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** A soak's result as tables. Immutable. */
public final class SoakTables {
    private final SoakResult result;

    /** Of this result. */
    public SoakTables(SoakResult result) {
        this.result = result;
    }

    /** For a terminal, and for a document that has it between fences. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s, %.1f min%s, %d cores, load before %.2f; %.2f cores used; %.0f MB moved, %d hostile records",
                result.startedAt(),
                result.seconds() / 60,
                result.stopped() ? " (stopped)" : "",
                result.machine().cores(),
                result.machine().loadBefore(),
                result.cpuSeconds() / result.seconds(),
                result.bytes() / 1e6,
                result.hostile()));
        lines.add("");
        lines.addAll(endings());
        lines.add("");
        lines.addAll(slices());
        lines.add("");
        lines.addAll(trends());
        return lines;
    }

    private List<String> endings() {
        Columns table = new Columns("jobs", "count", "why");
        result.endings().forEach((ending, count) -> table.row(ending.title(), String.valueOf(count), why(ending)));
        table.row("called twice", String.valueOf(result.duplicates()), "");
        return table.lines();
    }

    private String why(Ending ending) {
        Map<String, Long> details = result.details().getOrDefault(ending, Map.of());
        return String.join(
                ", ",
                details.entrySet().stream()
                        .filter(detail -> !detail.getKey().isEmpty())
                        .map(detail -> detail.getValue() + " " + detail.getKey())
                        .toList());
    }

    private List<String> slices() {
        Columns table =
                new Columns("from, min", "right", "other", "wrong", "small p50, ms", "small p99", "all p50", "all p99");
        for (Slice slice : result.slices()) {
            table.row(
                    String.format(Locale.ROOT, "%.1f", slice.from() / 60),
                    String.valueOf(slice.right()),
                    String.valueOf(slice.other()),
                    String.valueOf(slice.wrong()),
                    millis(slice.smallP50()),
                    millis(slice.smallP99()),
                    millis(slice.allP50()),
                    millis(slice.allP99()));
        }
        return table.lines();
    }

    private List<String> trends() {
        Columns table = new Columns("process", "quantity", "first", "last", "most", "slope per hour, 95 %", "verdict");
        for (Trend trend : result.trends()) {
            Function<Double, String> amount = value -> amount(trend.quantity(), value);
            table.row(
                    trend.part(),
                    trend.quantity().title(),
                    amount.apply(trend.first()),
                    amount.apply(trend.last()),
                    amount.apply(trend.most()),
                    trend.perHour() == null
                            ? "-"
                            : amount.apply(trend.perHour()) + " +- " + amount.apply(trend.margin()),
                    trend.verdict().title() + (trend.bound() == null ? "" : " of " + amount.apply(trend.bound())));
        }
        return table.lines();
    }

    private static String amount(Quantity quantity, double value) {
        return quantity.inBytes()
                ? String.format(Locale.ROOT, "%.1f MB", value / 1e6)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private static String millis(Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%.0f", value);
    }
}
