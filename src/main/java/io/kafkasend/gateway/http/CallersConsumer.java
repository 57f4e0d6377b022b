package io.kafkasend.gateway.http;

import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.Problem;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import io.kafkasend.tls.PemException;
import io.kafkasend.tls.TlsFiles;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives each request to the route, on the connection's own thread, and has the route's answer written. Thread-safe. */
public final class CallersConsumer extends DefaultConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(CallersConsumer.class);

    private final GatewayConfiguration configuration;
    private CallerServer server;

    CallersConsumer(Endpoint endpoint, Processor processor, GatewayConfiguration configuration) {
        super(endpoint, processor);
        this.configuration = configuration;
    }

    /** Where it listens. */
    public synchronized InetSocketAddress address() {
        return server.address();
    }

    @Override
    protected synchronized void doStart() throws Exception {
        super.doStart();
        if (configuration.isExport()) {
            return;
        }
        server = new CallerServer(
                configuration.address(),
                new ConnectionBounds(
                        configuration.connections(), configuration.idleConnections(), configuration.head()),
                tls(),
                this::route);
        server.start();
        LOG.atInfo().addKeyValue("url", url(server.address())).log("the gateway listens");
    }

    private ServerTls tls() throws PemException {
        Optional<TlsFiles> files = configuration.tls();
        return files.isPresent() ? new ServerTls(files.get()) : null;
    }

    private String url(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (configuration.tls().isPresent() ? "https://" : "http://")
                + (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private void route(HttpCall call) {
        Exchange exchange = createExchange(false);
        try {
            call.putInto(exchange);
            getProcessor().process(exchange);
            if (call.answer() == null) {
                failed(call, exchange.getException());
            }
        } catch (Exception | Error e) { // the caller is not to wait for ever, whatever it is
            failed(call, e);
        } finally {
            releaseExchange(exchange, false);
        }
    }

    private static void failed(HttpCall call, Throwable failure) {
        LOG.atError()
                .addKeyValue("job_id", call.jobId())
                .addKeyValue("reason", String.valueOf(failure))
                .log("the route left no answer");
        call.answer(Problem.of(GatewayError.GATEWAY_FAILED, "the gateway could not go on; its log says why"));
    }

    @Override
    protected void doStop() throws Exception {
        CallerServer ending;
        synchronized (this) {
            ending = server;
        }
        if (ending != null) {
            int left = ending.stop(configuration.grace());
            if (left > 0) {
                LOG.atWarn().addKeyValue("requests", left).log("requests were broken off at the end");
            }
        }
        super.doStop();
    }
}
