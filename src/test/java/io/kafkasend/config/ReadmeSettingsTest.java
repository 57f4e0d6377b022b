package io.kafkasend.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** README's section "Configuration" lists every setting of the portal as it is declared. */
class ReadmeSettingsTest {
    @Test
    void listsEverySettingAsItIsDeclared() throws IOException {
        // Given
        Path readme = Path.of("README.md");
        assertThat(readme).exists();

        // When
        List<String> table = Files.readAllLines(readme).stream()
                .dropWhile(line -> !line.equals("## Configuration"))
                .dropWhile(line -> !line.equals(SettingsTable.HEAD))
                .takeWhile(line -> line.startsWith("|"))
                .toList();

        // Then
        assertThat(table)
                .as("the table under \"## Configuration\" in README.md; SettingsTable prints it anew")
                .isNotEmpty()
                .containsExactlyElementsOf(SettingsTable.lines());
    }
}
