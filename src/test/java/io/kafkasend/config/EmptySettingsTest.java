package io.kafkasend.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.setting.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An empty text is a choice where a setting's description says what it means, and an unset variable elsewhere. */
class EmptySettingsTest {
    private static final Pattern OFFERS_EMPTY = Pattern.compile("\\b[Ee]mpty( for|:)");
    private static final Map<String, String> PORTAL =
            Map.of("PORTAL_TARGET_API_URL", "http://127.0.0.1:1", "PORTAL_USE_OAUTH", "false");

    @Test
    void anEmptyTextIsTakenWhereASettingWithADefaultSaysWhatItMeans() throws Exception {
        // When
        List<String> portal = offering(PortalSettings.all().stream());
        List<String> gateway = offering(GatewaySettings.all().stream());
        List<String> outbox = offering(OutboxSettings.all().stream());

        // Then
        assertThat(portal).contains("PORTAL_DEAD_LETTER_TOPIC");
        assertThat(gateway).contains("GATEWAY_JOBS_TOPIC");
        assertThat(PortalSettings.fromEnvironment(empty(PORTAL, portal)).shown())
                .containsAllEntriesOf(empty(Map.of(), portal));
        assertThat(GatewaySettings.fromEnvironment(empty(Map.of(), gateway)).shown())
                .containsAllEntriesOf(empty(Map.of(), gateway));
        assertThat(outbox).isEmpty();
    }

    private static List<String> offering(Stream<Setting<?>> settings) {
        return settings.filter(setting -> !setting.defaultValue().isEmpty()
                        && OFFERS_EMPTY.matcher(setting.text()).find())
                .map(Setting::variable)
                .toList();
    }

    private static Map<String, String> empty(Map<String, String> others, List<String> variables) {
        Map<String, String> environment = new HashMap<>(others);
        variables.forEach(variable -> environment.put(variable, ""));
        return environment;
    }
}
