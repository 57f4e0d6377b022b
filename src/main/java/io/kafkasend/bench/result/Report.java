package io.kafkasend.bench.result;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A directory with results for readers: {@value #RESULTS}, {@value #DOCUMENT} with tables between its markers, and {@value #CHART}.
 * Immutable.
 */
public final class Report {
    /** The results' file name. */
    public static final String RESULTS = "benchmarks.json";

    /** The document's file name. */
    public static final String DOCUMENT = "benchmarks.md";

    /** The chart's file name. */
    public static final String CHART = "benchmarks.svg";

    private static final String NUMBERS = "<!-- numbers: written by kafkasend bench --docs -->\n";
    private static final String END_OF_NUMBERS = "<!-- end of numbers -->\n";
    private static final String TABLES = "<!-- tables: written by kafkasend bench --docs -->\n";
    private static final String END_OF_TABLES = "<!-- end of tables -->\n";

    private final Path directory;

    /** In this directory, which must be there. */
    public Report(Path directory) {
        this.directory = directory;
    }

    /**
     * Writes results, tables and the chart; of results that are there already, what does not differ by more than chance stays. Text
     * around the tables stays; a document that is not there begins with them.
     *
     * @throws BenchmarkException when a file cannot be written, or the document has no markers
     */
    public void write(Results measured) {
        Path published = directory.resolve(RESULTS);
        Results results = Files.exists(published) ? measured.over(Results.read(published)) : measured;
        Path document = directory.resolve(DOCUMENT);
        try {
            String text = Files.exists(document)
                    ? Files.readString(document)
                    : NUMBERS + END_OF_NUMBERS + "\n" + TABLES + END_OF_TABLES;
            String written = withTables(text, results);
            results.write(published);
            Files.writeString(document, written, StandardCharsets.UTF_8);
            Optional<String> chart = new TimesChart(results).svg();
            if (chart.isPresent()) {
                Files.writeString(directory.resolve(CHART), chart.get(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new BenchmarkException("cannot write to " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * The document's text with these results' figures and tables between its markers.
     *
     * @throws BenchmarkException when the markers are not there
     */
    public static String withTables(String document, Results results) {
        String withNumbers = with(document, NUMBERS, new Headlines(results).markdown(), END_OF_NUMBERS);
        return with(withNumbers, TABLES, new Tables(results).markdown(), END_OF_TABLES);
    }

    private static String with(String document, String first, String text, String last) {
        int begin = document.indexOf(first);
        int end = document.indexOf(last);
        if (begin < 0 || end < begin) {
            throw new BenchmarkException(
                    DOCUMENT + " lacks the lines \"" + first.strip() + "\" and \"" + last.strip() + "\"");
        }
        return document.substring(0, begin + first.length()) + "\n" + text + "\n" + document.substring(end);
    }
}
