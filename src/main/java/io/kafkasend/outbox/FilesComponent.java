package io.kafkasend.outbox;

import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;

/** Where the route begins: {@code files}, the outbox's folder, as the configuration says. */
public final class FilesComponent extends DefaultComponent {
    private final OutboxConfiguration configuration;
    private final PortalLink portals;

    /**
     * @param configuration which folder, and how much of it at once
     * @param portals ended when no more files are taken
     */
    public FilesComponent(OutboxConfiguration configuration, PortalLink portals) {
        this.configuration = configuration;
        this.portals = portals;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return new FilesEndpoint(uri, this, configuration, portals);
    }
}
