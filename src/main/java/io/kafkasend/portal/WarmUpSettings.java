package io.kafkasend.portal;

import io.kafkasend.portal.warmup.WarmUpJobs;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of a portal that a warm-up has beside the operator's: every default as {@code application.properties} has it,
 * whatever the environment says, and the addresses of the warm-up's own servers.
 */
final class WarmUpSettings {
    /** The topic that it reads. */
    static final String REQUESTS = "kafkasend-warm-up-requests";

    private static final String FILE = "/routes/portal/application.properties";
    private static final Pattern DEFAULT = Pattern.compile("\\{\\{env:[A-Z0-9_]+:(.*)\\}\\}");

    private WarmUpSettings() {}

    /** The properties, each of which wins over whatever else is set. */
    static Map<String, String> of(String broker, URI server) throws IOException {
        Map<String, String> settings = new HashMap<>(defaults());
        settings.put("camel.main.name", "kafkasend-warm-up");
        settings.put("camel.main.startup-summary-level", "Off");
        settings.put(
                "camel.component.kafka.client-id",
                "kafkasend-warm-up"); // or the real clients' numbers would begin at 2
        settings.put("kafkasend.bootstrap-servers", broker);
        settings.put("kafkasend.request-topic", REQUESTS);
        settings.put("kafkasend.consumer-group", "kafkasend-warm-up");
        settings.put("kafkasend.target-api-url", server.toString());
        settings.put("kafkasend.allowed-endpoints", WarmUpJobs.ALLOWED);
        settings.put("kafkasend.modern-readers", "true");
        settings.put("kafkasend.use-oauth", "true");
        settings.put("kafkasend.oauth2-token-url", server + "/token");
        settings.put("kafkasend.oauth2-client-id", "kafkasend-warm-up");
        settings.put("kafkasend.oauth2-client-secret", "none");
        settings.put("kafkasend.management-port", "0"); // on the loopback address, or metrics would be cold
        settings.put("kafkasend.shutdown-grace-seconds", "1");
        settings.put("kafkasend.warm-up-seconds", "0");
        return settings;
    }

    private static Map<String, String> defaults() throws IOException {
        Properties file = new Properties();
        try (InputStream in = WarmUpSettings.class.getResourceAsStream(FILE)) {
            if (in == null) {
                throw new IOException(FILE + " is not on the class path");
            }
            file.load(in);
        }
        Map<String, String> defaults = new HashMap<>();
        file.stringPropertyNames().forEach(name -> {
            Matcher own = DEFAULT.matcher(file.getProperty(name));
            if (own.matches()) {
                defaults.put(name, own.group(1));
            }
        });
        return defaults;
    }
}
