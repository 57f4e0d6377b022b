package io.kafkasend.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What docs/operate/drill.md promises of one fault: for each look words that it shows, in which … stands for others.
 *
 * @param place where the fault is, the heading that the row stands under
 * @param fault its name
 * @param page the link to what to do
 */
record DrillRow(
        String place,
        String fault,
        List<String> doctor,
        List<String> trace,
        List<String> ready,
        List<String> metric,
        List<String> log,
        List<String> client,
        String page) {
    static final Path DOCUMENT = Path.of("docs/operate/drill.md");

    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");
    private static final Pattern SERIES = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
    private static final String OTHERS = "…";

    /** Every row, in the document's order. */
    static List<DrillRow> all() throws IOException {
        List<DrillRow> rows = new ArrayList<>();
        String place = "";
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("## ")) {
                place = line.substring(3);
            }
            String[] cells = line.split(" \\| |^\\| | \\|$", -1);
            if (cells.length == 10 && !cells[1].equals("fault")) {
                rows.add(new DrillRow(
                        place,
                        cells[1],
                        words(cells[2]),
                        words(cells[3]),
                        words(cells[4]),
                        words(cells[5]),
                        words(cells[6]),
                        words(cells[7]),
                        LINK.matcher(cells[8])
                                .results()
                                .map(link -> link.group(1))
                                .findFirst()
                                .orElse("")));
            }
        }
        return rows;
    }

    static DrillRow of(DrillFault fault) throws IOException {
        return all().stream()
                .filter(row -> row.fault().equals(fault.toString()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(DOCUMENT + " has no row: " + fault));
    }

    private static List<String> words(String cell) {
        return CODE.matcher(cell).results().map(code -> code.group(1)).toList();
    }

    /** All that is promised, of whatever look. */
    List<String> promised() {
        return List.of(doctor, trace, ready, metric, log, client).stream()
                .flatMap(List::stream)
                .toList();
    }

    /** What is not shown as promised; where nothing is promised, nothing may be there. */
    static List<String> missing(List<String> promised, String shown) {
        if (promised.isEmpty()) {
            return shown.isBlank() ? List.of() : List.of("nothing");
        }
        List<String> lines = shown.lines().map(DrillRow::plain).toList();
        return promised.stream()
                .filter(words -> {
                    Pattern line = Pattern.compile(Arrays.stream(words.split(OTHERS, -1))
                            .map(part -> Pattern.quote(plain(part).strip()))
                            .collect(Collectors.joining(".*")));
                    return lines.stream().noneMatch(each -> line.matcher(each).find());
                })
                .toList();
    }

    /** The same of series, each with its value; + is any above zero. */
    static List<String> missingSeries(List<String> promised, String page) {
        return promised.stream().filter(words -> !hasSeries(words, page)).toList();
    }

    private static boolean hasSeries(String words, String page) {
        var wanted = SERIES.matcher(words);
        if (page.equals(DrillGround.NO_ANSWER) || !wanted.matches()) {
            return page.equals(words);
        }
        return page.lines().anyMatch(line -> {
            var found = SERIES.matcher(line);
            return found.matches()
                    && found.group(1).equals(wanted.group(1))
                    && labels(found.group(2)).containsAll(labels(wanted.group(2)))
                    && (wanted.group(3).equals("+")
                            ? Double.parseDouble(found.group(3)) > 0
                            : Double.parseDouble(found.group(3)) == Double.parseDouble(wanted.group(3)));
        });
    }

    private static List<String> labels(String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split(","))
                        .filter(label -> !label.isEmpty())
                        .toList();
    }

    /** Without quotes, and with single spaces: a table is padded, and pairs of a log are quoted. */
    static String plain(String text) {
        return text.replace("\"", "").replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }
}
