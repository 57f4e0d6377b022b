package io.kafkasend.bench.result;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The five figures that answer how fast it is, as a table in Markdown. Immutable. */
final class Headlines {
    private static final double MIB_OF_A_BODY = 50;

    private final Results results;

    /** Of these results. */
    Headlines(Results results) {
        this.results = results;
    }

    /** The table; a figure that was not measured is left out. */
    String markdown() {
        StringBuilder table = new StringBuilder("| what | KafkaSend | baseline | times |\n|---|---|---|---|\n");
        rows().forEach(row -> table.append("| ").append(String.join(" | ", row)).append(" |\n"));
        return table.toString();
    }

    private List<List<String>> rows() {
        return Stream.of(
                        row(
                                "upload of 50 MiB in binary frames, beside the same records",
                                "upload-50-binary",
                                "last-byte",
                                Headlines::rate),
                        row(
                                "download of 50 MiB in binary frames, beside the same records",
                                "download-50-binary",
                                "end",
                                Headlines::rate),
                        row(
                                "small GET, one at a time, median, beside one record there and one back",
                                "get",
                                "p50",
                                Headlines::plain),
                        row("small GETs, 64 in flight, beside the same records", "gets-64", "rate", Headlines::plain),
                        row(
                                "heap for one job of 50 MiB, beside the body's size",
                                "portal-heap",
                                "heap",
                                Headlines::plain))
                .flatMap(Optional::stream)
                .toList();
    }

    /** How one side's value is written. */
    private interface Form {
        String of(double value, String unit);
    }

    private Optional<List<String>> row(String title, String scenario, String key, Form form) {
        return results.figure(scenario, key)
                .map(figure -> List.of(
                        title,
                        form.of(figure.scenario().median(), figure.figure().unit()),
                        form.of(figure.baseline().median(), figure.figure().unit()),
                        Numbers.ratio(figure.times())));
    }

    private static String plain(double value, String unit) {
        return Numbers.of(value) + " " + unit;
    }

    private static String rate(double value, String unit) {
        return String.format(Locale.ROOT, "%s, %.0f MiB/s", plain(value, unit), MIB_OF_A_BODY / value);
    }
}
