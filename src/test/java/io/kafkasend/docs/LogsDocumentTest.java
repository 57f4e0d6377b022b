package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/operate/logs.md has the lines that the portal logs, letter for letter, and leaves out none that asks for an operator. */
class LogsDocumentTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([^`]+)` \\| (INFO|WARN|ERROR|DEBUG) \\| [^|]+ \\| [^|]+ \\|$");

    /** A statement that logs a text of its own: its strings may hold a semicolon, and nothing else of it does. */
    private static final Pattern LOGGED =
            Pattern.compile("LOG\\s*\\.at(Warn|Error)\\(\\)(?:\"(?:[^\"\\\\]|\\\\.)*+\"|[^\";])*?"
                    + "\\.log\\(\\s*\"((?:[^\"\\\\]|\\\\.)*)\"\\s*[,)]");

    private static String sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .map(LogsDocumentTest::read)
                    .collect(Collectors.joining("\n"))
                    .replaceAll("\"\\s*\\+\\s*\"", ""); // one text over several lines
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The rows, each as level and line. */
    private static List<String> documented() throws IOException {
        return ROW.matcher(Files.readString(Path.of("docs/operate/logs.md")))
                .results()
                .map(row -> row.group(2) + " " + row.group(1))
                .toList();
    }

    @Test
    void everyLineOfTheTablesIsOneThatTheCodeHas() throws IOException {
        String sources = sources(Path.of("src/main/java/io/kafkasend"));

        assertThat(documented()).hasSizeGreaterThan(60).doesNotHaveDuplicates().allSatisfy(row -> assertThat(sources)
                .contains("\"" + row.replaceFirst("[A-Z]+ ", "") + "\""));
    }

    @Test
    void everyWarningAndErrorOfThePortalIsInTheTables() throws IOException {
        List<String> logged = LOGGED.matcher(sources(Path.of("src/main/java/io/kafkasend/portal")))
                .results()
                .map(line -> line.group(1).toUpperCase(Locale.ROOT) + " " + line.group(2))
                .toList();

        assertThat(logged).hasSizeGreaterThan(30);
        assertThat(documented()).containsAll(logged);
    }
}
