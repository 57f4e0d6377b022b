package io.kafkasend.bench.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How many times as long as bare Kafka each scenario takes, as an SVG file: a bar for each, base64 and binary frames side by
 * side, and a line at 1. Immutable.
 */
final class TimesChart {
    private static final String BASE64 = "#9aa5b1";
    private static final String FRAMES = "#1f6fb2";
    private static final String CALLS = "#d9822b";
    private static final List<Integer> SIZES = List.of(1, 10, 50, 200);

    private static final int WIDTH = 780;
    private static final int LABELS = 250;
    private static final int VALUES = 50;
    private static final int TOP = 64;
    private static final int BAR = 14;
    private static final int GAP = 12;

    private final Results results;
    private final List<Group> groups = new ArrayList<>();

    /** Of these results. */
    TimesChart(Results results) {
        this.results = results;
        for (String way : List.of("upload", "download")) {
            String key = way.equals("upload") ? "last-byte" : "end";
            for (int size : SIZES) {
                List<Bar> bars = new ArrayList<>();
                times(way + "-" + size, key).ifPresent(times -> bars.add(new Bar(BASE64, times)));
                times(way + "-" + size + "-binary", key).ifPresent(times -> bars.add(new Bar(FRAMES, times)));
                add(way + " of " + size + " MiB", bars);
            }
        }
        add("small GET, one at a time", call("get", "p50"));
        add("64 small GETs in flight", call("gets-64", "rate"));
        add("the same, producer's default linger", call("gets-64-defaults", "rate"));
    }

    /** What is named at the left, and its bars. */
    private record Group(String label, List<Bar> bars) {
        int height() {
            return bars.size() * BAR + GAP;
        }
    }

    private record Bar(String colour, double times) {}

    private void add(String label, List<Bar> bars) {
        if (!bars.isEmpty()) {
            groups.add(new Group(label, bars));
        }
    }

    private List<Bar> call(String scenario, String key) {
        return times(scenario, key).map(times -> new Bar(CALLS, times)).stream().toList();
    }

    private Optional<Double> times(String scenario, String key) {
        return results.figure(scenario, key).map(Measurement::times);
    }

    /** The file's text; empty where no figure of it was measured. */
    Optional<String> svg() {
        if (groups.isEmpty()) {
            return Optional.empty();
        }
        int height = TOP + groups.stream().mapToInt(Group::height).sum() + 34;
        StringBuilder svg = new StringBuilder();
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"12\" fill=\"#24292f\">",
                WIDTH,
                height,
                WIDTH,
                height);
        line(svg, "  <title>KafkaSend in times of bare Kafka</title>");
        line(svg, "  <rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, height);
        line(
                svg,
                "  <text x=\"12\" y=\"22\" font-size=\"15\" font-weight=\"bold\">Times bare Kafka: 1.0 is as long as Kafka"
                        + " itself takes, less is better</text>");
        legend(svg, LABELS, BASE64, "base64 JSON");
        legend(svg, LABELS + 120, FRAMES, "binary frames");
        legend(svg, LABELS + 250, CALLS, "calls without a body");
        int y = TOP;
        for (Group group : groups) {
            y = draw(svg, group, y);
        }
        double one = x(1);
        line(
                svg,
                "  <line x1=\"%s\" y1=\"%d\" x2=\"%s\" y2=\"%d\" stroke=\"#cf222e\" stroke-width=\"1.5\"/>",
                number(one),
                TOP - 8,
                number(one),
                y);
        line(svg, "  <text x=\"%s\" y=\"%d\" fill=\"#cf222e\" text-anchor=\"middle\">1.0</text>", number(one), y + 12);
        line(
                svg,
                "  <text x=\"12\" y=\"%d\" fill=\"#57606a\">commit %s, %s, %d cores</text>",
                y + 26,
                results.commit() == null ? "unknown" : results.commit(),
                results.startedAt(),
                results.machine().cores());
        line(svg, "</svg>");
        return Optional.of(svg.toString());
    }

    private int draw(StringBuilder svg, Group group, int top) {
        int middle = top + group.bars().size() * BAR / 2 + 4;
        line(svg, "  <text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", LABELS - 10, middle, group.label());
        int y = top;
        for (Bar bar : group.bars()) {
            line(
                    svg,
                    "  <rect x=\"%d\" y=\"%d\" width=\"%s\" height=\"%d\" fill=\"%s\"/>",
                    LABELS,
                    y,
                    number(x(bar.times()) - LABELS),
                    BAR - 2,
                    bar.colour());
            line(
                    svg,
                    "  <text x=\"%s\" y=\"%d\" font-size=\"11\">%s</text>",
                    number(x(bar.times()) + 5),
                    y + BAR - 4,
                    Numbers.ratio(bar.times()));
            y += BAR;
        }
        return top + group.height();
    }

    private double x(double times) {
        double most = groups.stream()
                .flatMap(group -> group.bars().stream())
                .mapToDouble(Bar::times)
                .max()
                .orElse(1);
        return LABELS + times / Math.max(1, most) * (WIDTH - LABELS - VALUES);
    }

    private static void legend(StringBuilder svg, int x, String colour, String text) {
        line(svg, "  <rect x=\"%d\" y=\"36\" width=\"12\" height=\"12\" fill=\"%s\"/>", x, colour);
        line(svg, "  <text x=\"%d\" y=\"46\">%s</text>", x + 17, text);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
