package io.kafkasend.portal.settings;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Real configurations from properties, as the routes' beans get theirs. */
public final class Configurations {
    private static final Map<String, String> DEFAULTS = Map.of(
            "target-api-url", "http://localhost:1/base/",
            "use-oauth", "false",
            "allowed-endpoints", "/api/*");

    private Configurations() {}

    /** The defaults with these settings over them; names without the prefix {@code kafkasend.}. */
    public static PortalConfiguration with(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(DEFAULTS);
        all.putAll(settings);
        Properties properties = new Properties();
        all.forEach((name, value) -> properties.setProperty("kafkasend." + name, value));
        properties.setProperty("camel.component.kafka.value-serializer", ByteArraySerializer.class.getName());
        CamelContext context = new DefaultCamelContext();
        context.getPropertiesComponent().setInitialProperties(properties);
        PortalConfiguration configuration = new PortalConfiguration();
        configuration.setCamelContext(context);
        return configuration;
    }

    public static PortalConfiguration defaults() {
        return with(Map.of());
    }
}
