package io.kafkasend.portal.settings;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkasend.portal.lifecycle.FailStop;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** What the beans' first one refuses to start with, beside settings. */
class PortalConfigurationTest {
    @Test
    void propertiesWithoutWhatTheEndpointsShareEndTheStart() {
        // Given
        Properties properties = new Properties();
        properties.setProperty("kafkasend.target-api-url", "http://localhost:1");
        properties.setProperty("kafkasend.use-oauth", "false");
        CamelContext context = new DefaultCamelContext();
        context.getPropertiesComponent().setInitialProperties(properties);
        context.getRegistry().bind("ending", FailStop.Ending.class, (FailStop.Ending) code -> {});

        // Then
        assertThatThrownBy(() -> new PortalConfiguration().setCamelContext(context))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("application.properties has no camel.component.kafka.value-serializer;");
    }
}
