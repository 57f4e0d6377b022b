package io.kafkasend.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** README and its like stay short, and what they show of Java compiles. */
class ReadmeTest {
    private static final Path EXAMPLE = Path.of("src/test/java/io/kafkasend/client/ReadmeExample.java");

    @ParameterizedTest
    @CsvSource({"README.md, 180", "SECURITY.md, 60", "CLAUDE.md, 80"})
    void whatIsReadFirstStaysShort(Path file, int lines) throws IOException {
        assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(lines);
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/use/java.md"})
    void showsTheExampleThatCompiles(Path file) throws IOException {
        // Given
        String source = Files.readString(EXAMPLE);
        String example = source.substring(
                source.indexOf("// example\n") + "// example\n".length(), source.indexOf("        // end\n"));

        // Then
        assertThat(Files.readString(file))
                .contains("```java\n" + example.stripTrailing().stripIndent() + "\n```");
    }

    @Test
    void linksTheIndexOfAllDocuments() {
        assertThat(new MarkdownFile(Path.of("README.md")).links()).contains("docs/README.md", "PROTOCOL.md");
    }
}
