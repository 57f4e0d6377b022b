package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/operate/logs.md has the lines that the portal logs, letter for letter, and leaves out none that asks for an operator. */
class LogsDocumentTest {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([^`]+)` \\| (INFO|WARN|ERROR|DEBUG) \\| [^|]+ \\| [^|]+ \\|$");

    private static String sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java/io/kafkasend"))) {
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

    private static List<String> documented() throws IOException {
        List<String> lines = new ArrayList<>();
        Matcher row = ROW.matcher(Files.readString(Path.of("docs/operate/logs.md")));
        while (row.find()) {
            lines.add(row.group(1));
        }
        return lines;
    }

    @Test
    void everyLineOfTheTablesIsOneThatTheCodeHas() throws IOException {
        String sources = sources();

        assertThat(documented()).hasSizeGreaterThan(5).doesNotHaveDuplicates().allSatisfy(line -> assertThat(sources)
                .contains("\"" + line + "\""));
    }
}
