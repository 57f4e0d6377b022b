package io.kafkasend.gateway.http;

import io.kafkasend.gateway.settings.GatewayConfiguration;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** The gateway's HTTP server, which is consumed from alone. */
final class CallersEndpoint extends DefaultEndpoint {
    private final GatewayConfiguration configuration;

    CallersEndpoint(String uri, Component component, GatewayConfiguration configuration) {
        super(uri, component);
        this.configuration = configuration;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("callers are answered, and not written to");
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        return new CallersConsumer(this, processor, configuration);
    }

    @Override
    public boolean isSingleton() {
        return true;
    }
}
