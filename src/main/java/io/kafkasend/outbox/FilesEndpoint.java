package io.kafkasend.outbox;

import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** The outbox's folder, which is consumed from alone. */
final class FilesEndpoint extends DefaultEndpoint {
    private final OutboxConfiguration configuration;
    private final PortalLink portals;

    FilesEndpoint(String uri, Component component, OutboxConfiguration configuration, PortalLink portals) {
        super(uri, component);
        this.configuration = configuration;
        this.portals = portals;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("files are dropped by others");
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        return new FilesConsumer(this, processor, configuration, portals);
    }

    @Override
    public boolean isSingleton() {
        return true;
    }
}
