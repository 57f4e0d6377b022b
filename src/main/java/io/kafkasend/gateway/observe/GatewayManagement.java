package io.kafkasend.gateway.observe;

import io.kafkasend.config.GatewaySettings;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import io.kafkasend.management.ManagementPort;
import io.kafkasend.management.Metrics;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;

/** The gateway's management port; without it the gateway works. Thread-safe. */
public final class GatewayManagement implements CamelContextAware {
    private static final String CANNOT =
            "the management port cannot be opened: no health, no metrics; GATEWAY_MANAGEMENT_PORT takes another port, 0 for any that is free, or off";

    private final GatewayConfiguration configuration;
    private final Metrics metrics;
    private CamelContext context;
    private ManagementPort port;

    /**
     * @param configuration where it listens
     * @param metrics their page
     */
    public GatewayManagement(GatewayConfiguration configuration, Metrics metrics) {
        this.configuration = configuration;
        this.metrics = metrics;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** Listens, if a port is set. */
    public synchronized void start() {
        OptionalInt wanted = configuration.settings().get(GatewaySettings.MANAGEMENT_PORT);
        if (wanted.isEmpty() || configuration.isExport()) {
            return;
        }
        if (port == null) {
            port = new ManagementPort(context, metrics, CANNOT);
        }
        port.open(configuration.settings().get(GatewaySettings.MANAGEMENT_HOST), wanted.getAsInt());
    }

    /** Where it listens; empty while it does not. */
    public synchronized Optional<InetSocketAddress> address() {
        return port == null ? Optional.empty() : port.address();
    }

    /** Ends it, with its connections. */
    public synchronized void stop() {
        if (port != null) {
            port.close();
        }
    }
}
