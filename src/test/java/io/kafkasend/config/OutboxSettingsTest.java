package io.kafkasend.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutboxSettingsTest {
    @Test
    void anOutboxNeedsItsDirectory() throws SettingsException {
        OutboxSettings settings = OutboxSettings.fromEnvironment(Map.of("OUTBOX_DIRECTORY", "src"));

        assertThat(settings.changed()).containsOnlyKeys("OUTBOX_DIRECTORY");
        assertThat(settings.get(OutboxSettings.DIRECTORY)).isAbsolute();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OUTBOX_DIRECTORY=/nowhere|which does not exist",
                "OUTBOX_DIRECTORY=pom.xml|which is no directory",
                "OUTBOX_DIRECTORY=|is not set; it takes a directory",
                "OUTBOX_IN_FLIGHT=65|which is too large",
                "OUTBOX_METHOD=TRACE|one of GET, ",
                "OUTBOX_ENDPOINT=api|which does not begin with /",
                "OUTBOX_ENDPOINT=/a b|OUTBOX_ENDPOINT",
                "OUTBOX_CONTENT_TYPE=pdf|a media type such as",
                "OUTBOX_SECRET_HEADERS=X-Api-Key; X-Session|of which not every part is a header's name",
                "OUTBOX_REPLY_TOPIC=api-requests|they must be two topics",
                "OUTBOX_CLIENT_ID=shop|OUTBOX_SIGNING_KEY_FILE is not set",
                "OUTBOX_SIDECARS=false|nothing says where files go",
                "KAFKA_SASL_USERNAME=x|KAFKA_S",
            })
    void whatDoesNotFitIsSaidInOneLine(String variable, String said) {
        String[] pair = variable.split("=", 2);
        Map<String, String> environment = new HashMap<>(Map.of("OUTBOX_DIRECTORY", "src"));
        environment.put(pair[0], pair[1]);

        SettingsException fault =
                catchThrowableOfType(SettingsException.class, () -> OutboxSettings.fromEnvironment(environment));

        assertThat(fault.faults()).hasSize(1).first().asString().contains(said);
    }

    @Test
    void everySettingIsInApplicationPropertiesWithItsDefault() throws IOException {
        // Given
        Properties properties = new Properties();
        try (InputStream file = getClass().getResourceAsStream("/routes/outbox/application.properties")) {
            properties.load(file);
        }

        // Then
        for (Setting<?> setting : OutboxSettings.all()) {
            assertThat(properties.getProperty(setting.property()))
                    .as(setting.variable())
                    .isEqualTo("{{env:" + setting.variable() + ":" + setting.defaultValue() + "}}");
        }
        assertThat(properties.stringPropertyNames().stream().filter(name -> name.startsWith("kafkasend.")))
                .hasSize(OutboxSettings.all().size());
    }

    @Test
    void theDocumentListsEverySettingAsItIsDeclared() throws IOException {
        List<String> tables = Files.readAllLines(Path.of("docs/use/outbox.md")).stream()
                .dropWhile(line -> !line.startsWith("<!-- settings"))
                .skip(2)
                .takeWhile(line -> !line.startsWith("<!-- end of settings"))
                .toList();

        assertThat(tables)
                .as("the tables in docs/use/outbox.md; SettingsTable with \"outbox\" prints them anew")
                .isNotEmpty()
                .containsExactlyElementsOf(SettingsTable.ofOutbox());
    }
}
