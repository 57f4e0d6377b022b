package io.kafkasend.portal.observe;

import io.kafkasend.config.ManagementSettings;
import io.kafkasend.management.ManagementPort;
import io.kafkasend.management.Metrics;
import io.kafkasend.portal.settings.PortalConfiguration;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;

/**
 * The portal's management port. It is there before Kafka is, and goes when all else has ended; without it the portal works: what it is
 * for are jobs. Thread-safe.
 */
public final class ManagementServer implements CamelContextAware {
    private static final String CANNOT =
            "the management port cannot be opened: no health, no metrics; PORTAL_MANAGEMENT_PORT takes another port, 0 for any that is free, or off";

    private final Metrics metrics;
    private final OptionalInt wanted;
    private final String host;
    private final boolean export;
    private CamelContext context;
    private ManagementPort port;

    /**
     * @param configuration where it listens
     * @param metrics their page
     */
    public ManagementServer(PortalConfiguration configuration, Metrics metrics) {
        this.metrics = metrics;
        this.wanted = configuration.settings().get(ManagementSettings.PORT);
        this.host = configuration.settings().get(ManagementSettings.HOST);
        this.export = configuration.isExport();
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
        if (wanted.isEmpty() || export) {
            return;
        }
        if (port == null) {
            port = new ManagementPort(context, metrics, CANNOT);
        }
        port.open(host, wanted.getAsInt());
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
