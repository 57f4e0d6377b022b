package io.kafkasend.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/operate/configuration.md lists every setting of the portal as it is declared, by subject. */
class ConfigurationDocumentTest {
    private static final Path DOCUMENT = Path.of("docs/operate/configuration.md");

    @Test
    void listsEverySettingAsItIsDeclared() throws IOException {
        // When
        List<String> tables = Files.readAllLines(DOCUMENT).stream()
                .dropWhile(line -> !line.startsWith("<!-- settings"))
                .skip(2)
                .takeWhile(line -> !line.startsWith("<!-- end of settings"))
                .toList();

        // Then
        assertThat(tables)
                .as("the tables in %s; SettingsTable prints them anew", DOCUMENT)
                .isNotEmpty()
                .containsExactlyElementsOf(SettingsTable.lines());
    }

    @Test
    void whatMustBeSetComesFirst() {
        // When
        List<String> required = SettingsTable.lines().stream()
                .filter(line -> line.contains("(required)") || line.contains("(required with PORTAL_USE_OAUTH)"))
                .toList();
        List<String> first = SettingsTable.lines().stream()
                .skip(4)
                .takeWhile(line -> !line.isEmpty())
                .toList();

        // Then
        assertThat(required).hasSize(3).isSubsetOf(first);
    }
}
