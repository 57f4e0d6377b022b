package io.kafkasend.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code application.properties} maps each setting to its environment variable and default, and knows no other. */
class ApplicationPropertiesTest {
    @Test
    void mapsEachSettingOnceToItsVariableAndDefaultBySubject() throws IOException {
        // Given
        List<String> expected = PortalSettings.all().stream()
                .map(setting ->
                        "%s = {{env:%s:%s}}".formatted(setting.property(), setting.variable(), setting.defaultValue()))
                .toList();

        // When
        List<String> lines =
                lines().filter(line -> line.startsWith("kafkasend.")).toList();

        // Then
        assertThat(lines).containsExactlyElementsOf(expected);
    }

    private static Stream<String> lines() throws IOException {
        try (InputStream file =
                ApplicationPropertiesTest.class.getResourceAsStream("/routes/portal/application.properties")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(String::strip);
        }
    }
}
