package io.kafkasend.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kafkasend.setting.Setting;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TracingSettingsTest {
    private record Given(Map<String, String> values) implements TracingSettings.Values {
        @Override
        public <T> T get(Setting<T> setting) {
            return setting.parse(values.getOrDefault(setting.variable(), setting.defaultValue()));
        }
    }

    @Test
    void thereIsNoTargetUnlessOneIsNamed() {
        assertThat(TracingSettings.target(new Given(Map.of()))).isEmpty();
        assertThat(TracingSettings.target(new Given(
                        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318", "OTEL_TRACES_EXPORTER", "none"))))
                .isEmpty();
        assertThat(TracingSettings.target(
                        new Given(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318", "OTEL_SDK_DISABLED", "true"))))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://c:4318, http://c:4318/v1/traces",
        "http://c:4318/, http://c:4318/v1/traces",
        "https://c/otlp, https://c/otlp/v1/traces"
    })
    void theEndpointGetsThePathOfTraces(String endpoint, URI target) {
        assertThat(TracingSettings.target(new Given(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint))))
                .contains(target);
    }

    @Test
    void theEndpointOfTracesIsTakenAsItIs() {
        // Given
        Map<String, String> values = new HashMap<>(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://t:1/here"));
        values.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318");

        // Then
        assertThat(TracingSettings.target(new Given(values))).contains(URI.create("http://t:1/here"));
    }

    @Test
    void headersArePercentDecodedPairsAndNeverShown() {
        assertThat(TracingSettings.HEADERS.parse("api-key=a%20b+c, x = y"))
                .containsExactly(Map.entry("api-key", "a b+c"), Map.entry("x", "y"));
        assertThat(TracingSettings.HEADERS.shown("api-key=secret")).isEqualTo("***");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TracingSettings.HEADERS.parse("s3cret"))
                .withMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=a", "a", "a=b,,c=d", "a=%0d%0ab", "a=%zz"})
    void whatIsNoPairIsRefused(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> TracingSettings.HEADERS.parse(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.1", "1.1", "NaN", "half", ""})
    void aShareIsFromNothingToAll(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> TracingSettings.SAMPLER_ARG.parse(value));
    }

    @Test
    void aSamplerHasOpenTelemetrysName() {
        assertThat(TracingSettings.SAMPLER.parse("parentbased_traceidratio"))
                .isEqualTo(TracingSettings.Sampling.PARENTBASED_TRACEIDRATIO);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TracingSettings.SAMPLER.parse("sometimes"))
                .withMessageContaining("it takes one of always_on");
    }
}
