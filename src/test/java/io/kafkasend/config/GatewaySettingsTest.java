package io.kafkasend.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewaySettingsTest {
    @Test
    void aGatewayNeedsNoSetting() throws SettingsException {
        GatewaySettings settings = GatewaySettings.fromEnvironment(Map.of());

        assertThat(settings.changed()).isEmpty();
        assertThat(settings.get(GatewaySettings.HOST)).isEqualTo("127.0.0.1");
        assertThat(settings.get(GatewaySettings.PORT)).isEqualTo(8088);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GATEWAY_HOST=0.0.0.0|nothing tells callers apart",
                "GATEWAY_HOST=example.com|which is no address",
                "GATEWAY_PORT=70000|which is too large",
                "GATEWAY_IN_FLIGHT=201|which is too large",
                "GATEWAY_SPOOL_BYTES=-1|GATEWAY_SPOOL_BYTES",
                "GATEWAY_CALLERS=/nowhere|which does not exist",
                "GATEWAY_UPLOADS_DIRECTORY=pom.xml|which is no directory",
                "GATEWAY_SECRET_HEADERS=X-Api-Key,X Session|of which not every part is a header's name",
                "GATEWAY_SECRET_HEADERS=X-Api-Key:1|header names with commas between",
                "GATEWAY_UPLOADS_HOURS=721|which is too large",
                "GATEWAY_REPLY_TOPIC=a/b|whose character 2 is another one",
                "GATEWAY_REPLY_TOPIC=api-requests|they must be two topics",
                "GATEWAY_CLIENT_ID=shop|GATEWAY_SIGNING_KEY_FILE is not set",
                "GATEWAY_CERTIFICATE_FILE=pom.xml|GATEWAY_KEY_FILE is not set",
                "GATEWAY_CALLER_CA_FILE=pom.xml|over HTTPS only",
                "KAFKA_SASL_USERNAME=x|KAFKA_S",
            })
    void whatDoesNotFitIsSaidInOneLine(String variable, String said) {
        String[] pair = variable.split("=");

        SettingsException fault = catchThrowableOfType(
                SettingsException.class, () -> GatewaySettings.fromEnvironment(Map.of(pair[0], pair[1])));

        assertThat(fault.faults()).hasSize(1).first().asString().contains(said);
    }

    @Test
    void everySettingIsInApplicationPropertiesWithItsDefault() throws IOException {
        // Given
        Properties properties = new Properties();
        try (InputStream file = getClass().getResourceAsStream("/routes/gateway/application.properties")) {
            properties.load(file);
        }

        // Then
        for (Setting<?> setting : GatewaySettings.all()) {
            assertThat(properties.getProperty(setting.property()))
                    .as(setting.variable())
                    .isEqualTo("{{env:" + setting.variable() + ":" + setting.defaultValue() + "}}");
        }
        assertThat(properties.stringPropertyNames().stream().filter(name -> name.startsWith("kafkasend.")))
                .hasSize(GatewaySettings.all().size());
    }

    @Test
    void theDocumentListsEverySettingAsItIsDeclared() throws IOException {
        List<String> tables = Files.readAllLines(Path.of("docs/use/gateway.md")).stream()
                .dropWhile(line -> !line.startsWith("<!-- settings"))
                .skip(2)
                .takeWhile(line -> !line.startsWith("<!-- end of settings"))
                .toList();

        assertThat(tables)
                .as("the tables in docs/use/gateway.md; SettingsTable with an argument prints them anew")
                .isNotEmpty()
                .containsExactlyElementsOf(SettingsTable.ofGateway());
    }
}
