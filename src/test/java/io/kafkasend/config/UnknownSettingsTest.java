package io.kafkasend.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.option.EnvironmentDefaults;
import io.kafkasend.setting.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "PORTAL_MAX_BUFERED_BYTES, PORTAL_MAX_BUFFERED_BYTES",
        "PORTAL_ALLOWED_ENDPOINT, PORTAL_ALLOWED_ENDPOINTS",
        "KAFKA_BOOTSTRAP_SERVER, KAFKA_BOOTSTRAP_SERVERS",
        "KAFKA_SASL_PASWORD, KAFKA_SASL_PASSWORD",
        "OAUTH2_CLIENT_SECRT, OAUTH2_CLIENT_SECRET",
        "CLIENT_SIGNINGKEY, CLIENT_SIGNING_KEY",
        "TARGET_API_URL, PORTAL_TARGET_API_URL",
        "PORTAL_API_URL, PORTAL_TARGET_API_URL",
        "PORTAL_CONSUMER_GROUP, KAFKA_CONSUMER_GROUP",
        "PORTAL_KAFKA_REQUEST_TOPIC, KAFKA_REQUEST_TOPIC",
        "KAFKA_DEAD_LETTER_TOPIC, PORTAL_DEAD_LETTER_TOPIC",
        "OTEL_EXPORTER_OTLP_ENDPOIN, OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_TRACE_SAMPLER, OTEL_TRACES_SAMPLER",
        "KAFKA_USERNAME, KAFKA_SASL_USERNAME"
    })
    void aNameIsToldWithTheNearestSetting(String name, String meant) {
        assertThat(UnknownSettings.in(Map.of(name, "s3cret")))
                .singleElement()
                .hasToString(name + " is not a setting; did you mean " + meant + "?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PORTAL_COLOUR", "OAUTH2_ISSUER"})
    void aNameLikeNoneIsToldToo(String name) {
        assertThat(UnknownSettings.in(Map.of(name, "s3cret"))).singleElement().hasToString(name + " is not a setting");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KAFKA_HOME",
                "KAFKA_OPTS",
                "KAFKA_HEAP_OPTS",
                "KAFKA_LOG4J_OPTS",
                "KAFKA_JMX_OPTS",
                "KAFKA_GC_LOG_OPTS",
                "KAFKA_JVM_PERFORMANCE_OPTS",
                "KAFKA_VERSION",
                "KAFKA_ADVERTISED_LISTENERS",
                "KAFKA_NODE_ID",
                "KAFKA_PROCESS_ROLES",
                "KAFKA_CFG_NODE_ID",
                "KAFKA_PORT_9092_TCP",
                "KAFKA_PORT_9092_TCP_ADDR",
                "KAFKA_PORT_9092_TCP_PORT",
                "KAFKA_PORT_9092_TCP_PROTO",
                "KAFKA_SERVICE_HOST",
                "KAFKA_SERVICE_PORT",
                "KAFKA_SERVICE_PORT_TCP_CLIENTS",
                "KAFKA_BOOTSTRAP_SERVICE_HOST",
                "PORTAL_SERVICE_HOST",
                "PORTAL_PORT_8080_TCP_ADDR",
                "CLIENT_IP",
                "CLIENT_HOME",
                "TARGET_ARCH",
                "OAUTH2_PROXY_CLIENT_ID",
                "OTEL_METRICS_EXPORTER",
                "OTEL_LOGS_EXPORTER",
                "OTEL_PROPAGATORS",
                "OTEL_BSP_SCHEDULE_DELAY",
                "OTEL_JAVAAGENT_ENABLED",
                "OTEL_EXPORTER_OTLP_TIMEOUT",
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
                "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
                "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
                "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
                "MY_PORTAL_COLOUR",
                "HOME"
            })
    void whatOthersSetIsNotMisspelt(String name) {
        assertThat(UnknownSettings.in(Map.of(name, "value"))).isEmpty();
    }

    @Test
    void aServicesUrlIsKuberneteses() {
        assertThat(UnknownSettings.in(Map.of("PORTAL_PORT", "tcp://10.0.0.1:80", "KAFKA_PORT", "tcp://10.0.0.2:9092")))
                .isEmpty();
        assertThat(UnknownSettings.in(Map.of("PORTAL_PORT", "9876"))).hasSize(1);
    }

    @Test
    void whatPortalAndClientReadIsKnown() {
        // Given
        Map<String, String> all = new HashMap<>();
        PortalSettings.all().stream().map(Setting::variable).forEach(name -> all.put(name, "v"));
        Set<String> clients = EnvironmentDefaults.variables();
        clients.forEach(name -> all.put(name, "v"));
        all.put("CLIENT_LOG_LEVEL", "v");

        // Then
        assertThat(UnknownSettings.in(all)).isEqualTo(List.of());
        assertThat(clients)
                .containsAll(UnknownSettings.OF_CLIENTS.stream()
                        .filter(name -> !name.equals("CLIENT_LOG_LEVEL"))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "GATEWAY_PROT, GATEWAY_PORT",
        "GATEWAY_REPLY_TOPICS, GATEWAY_REPLY_TOPIC",
        "GATEWAY_CALLER, GATEWAY_CALLERS",
        "GATEWAY_BOOTSTRAP_SERVERS, KAFKA_BOOTSTRAP_SERVERS",
        "KAFKA_BOOTSTRAP_SERVER, KAFKA_BOOTSTRAP_SERVERS"
    })
    void aGatewayTellsOfANameWithTheNearestOfItsSettings(String name, String meant) {
        assertThat(UnknownSettings.ofGateway(Map.of(name, "s3cret")))
                .singleElement()
                .hasToString(name + " is not a setting; did you mean " + meant + "?");
    }

    @Test
    void aGatewaysEnvironmentMayBeAPortalsToo() {
        // Given
        Map<String, String> all = new HashMap<>(Map.of("GATEWAY_INTERFACE", "CGI/1.1", "GATEWAY_SERVICE_HOST", "a"));
        GatewaySettings.all().stream().map(Setting::variable).forEach(name -> all.put(name, "v"));
        PortalSettings.all().stream().map(Setting::variable).forEach(name -> all.put(name, "v"));

        // Then
        assertThat(UnknownSettings.ofGateway(all)).isEqualTo(List.of());
        assertThat(UnknownSettings.in(all)).isEqualTo(List.of());
    }
}
