package io.kafkasend.e2e;

import io.kafkasend.config.PortalSettings;
import io.kafkasend.portal.Portal;
import io.kafkasend.setting.Setting;
import java.util.HashMap;
import java.util.Map;

/** A portal set by environment variables, as an operator does it. */
final class SecuredPortal {
    private SecuredPortal() {}

    static Portal start(Map<String, String> environment, String apiUrl) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of(
                "PORTAL_TARGET_API_URL", apiUrl,
                "PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*",
                "PORTAL_USE_OAUTH", "false",
                "KAFKA_SESSION_TIMEOUT_MS", "10000"));
        all.putAll(environment);
        Map<String, String> properties = new HashMap<>();
        for (Setting<?> setting : PortalSettings.all()) {
            if (all.containsKey(setting.variable())) {
                properties.put(setting.property(), all.get(setting.variable()));
            }
        }
        return Portal.start(properties);
    }
}
