package io.kafkasend.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory with results for readers: {@value #RESULTS}, {@value #DOCUMENT} with tables between two markers, and plots.
 * Immutable.
 */
public final class Report {
    /** The results' file name. */
    public static final String RESULTS = "benchmarks.json";

    /** The document's file name. */
    public static final String DOCUMENT = "benchmarks.md";

    private static final String BEGIN = "<!-- tables: written by kafkasend bench --docs -->\n";
    private static final String END = "<!-- end of tables -->\n";

    private final Path directory;

    /** In this directory, which must be there. */
    public Report(Path directory) {
        this.directory = directory;
    }

    /**
     * Writes results, tables and plots. Text around the tables stays; a document that is not there begins with them.
     *
     * @throws BenchmarkException when a file cannot be written, or the document has no markers
     */
    public void write(Results results) {
        Path document = directory.resolve(DOCUMENT);
        try {
            String text = Files.exists(document) ? Files.readString(document) : BEGIN + END;
            String written = withTables(text, results);
            results.write(directory.resolve(RESULTS));
            Files.writeString(document, written, StandardCharsets.UTF_8);
            new Plots(results).write(directory);
        } catch (IOException e) {
            throw new BenchmarkException("cannot write to " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * The document's text with these results' tables between its markers.
     *
     * @throws BenchmarkException when the markers are not there
     */
    public static String withTables(String document, Results results) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new BenchmarkException(
                    DOCUMENT + " lacks the lines \"" + BEGIN.strip() + "\" and \"" + END.strip() + "\"");
        }
        return document.substring(0, begin + BEGIN.length()) + "\n" + new Tables(results).markdown() + "\n"
                + document.substring(end);
    }
}
