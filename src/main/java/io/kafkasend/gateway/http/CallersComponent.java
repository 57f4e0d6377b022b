package io.kafkasend.gateway.http;

import io.kafkasend.gateway.settings.GatewayConfiguration;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/** Where the route begins: {@code callers}, the gateway's HTTP server, as the configuration says. */
public final class CallersComponent extends DefaultComponent {
    private final GatewayConfiguration configuration;

    /**
     * @param configuration where it listens
     */
    public CallersComponent(GatewayConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return new CallersEndpoint(uri, this, configuration);
    }
}
