package io.kafkasend.management;

import io.kafkasend.security.Printable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.camel.CamelContext;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.HttpProcessors;
import org.apache.hc.core5.http.impl.bootstrap.AsyncServerBootstrap;
import org.apache.hc.core5.http.impl.bootstrap.HttpAsyncServer;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.ListenerEndpoint;
import org.apache.hc.core5.util.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The management port: health and metrics as Camel's observability services have them, under {@code /observe}. It is there before Kafka is, and
 * goes when all else has ended. A port that cannot be had is said in one line, and the program works without. Thread-safe.
 *
 * <p>HttpCore's server, which calls to the API bring along: one thread, no thread waits for a peer, and a peer that dawdles is
 * cut off.
 */
public final class ManagementPort {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementPort.class);
    /** The name in Camel's registry of the one that listens: runtimes make beans twice, or anew. */
    private static final String LISTENING = "kafkasend-management-listening";

    private static final int MOST_CONNECTIONS = 64;
    private static final Duration LONGEST_CONNECTION = Duration.ofSeconds(10);
    private static final Timeout SILENCE = Timeout.ofSeconds(5);
    private static final int BACKLOG = 128;
    private static final int LONGEST_LINE = 4096;
    private static final int MOST_HEADERS = 64;
    private static final long START_SECONDS = 10;
    private static final int MAX_REASON = 200;

    private final CamelContext context;
    private final Metrics metrics;
    private final String cannot;
    private List<ManagementPart> parts = List.of();
    private HttpAsyncServer server;
    private InetSocketAddress address;

    /**
     * @param context whose health is asked for
     * @param metrics their page
     * @param cannot the line that says that the port cannot be had
     */
    public ManagementPort(CamelContext context, Metrics metrics, String cannot) {
        this.context = context;
        this.metrics = metrics;
        this.cannot = cannot;
    }

    /**
     * Listens, unless it does so already.
     *
     * @param host an address of this machine
     * @param port 0 for any that is free
     */
    public synchronized void open(String host, int port) {
        if (server != null) {
            return;
        }
        ManagementPort before = context.getRegistry().lookupByNameAndType(LISTENING, ManagementPort.class);
        if (before != null) {
            before.close();
        }
        context.getRegistry().bind(LISTENING, this);
        try {
            parts = List.copyOf(context.getRegistry().findByType(ManagementPart.class));
            InetAddress interfaceAddress = InetAddress.getByName(host);
            server = serving(interfaceAddress.isLoopbackAddress());
            server.start();
            ListenerEndpoint endpoint = server.listen(new InetSocketAddress(interfaceAddress, port), URIScheme.HTTP)
                    .get(START_SECONDS, TimeUnit.SECONDS);
            address = (InetSocketAddress) endpoint.getAddress();
            LOG.atInfo().addKeyValue("url", url() + "/observe/health").log("the management port is open");
        } catch (ExecutionException e) {
            giveUp(host, port, e.getCause());
        } catch (UnknownHostException | TimeoutException e) {
            giveUp(host, port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            giveUp(host, port, e);
        }
    }

    private void giveUp(String host, int port, Throwable failure) {
        close();
        LOG.atWarn()
                .addKeyValue("host", host)
                .addKeyValue("port", port)
                .addKeyValue("reason", Printable.of(reason(failure), MAX_REASON))
                .log(cannot);
    }

    /** The system's own words, without the innards of a socket that HttpCore puts before them. */
    private static String reason(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        int own = message.lastIndexOf("Exception: ");
        return own < 0 ? message : message.substring(own + "Exception: ".length());
    }

    private HttpAsyncServer serving(boolean loopback) {
        ManagementPages pages = new ManagementPages(
                Map.of(
                        "/observe/health", HealthPage.all(context)::answer,
                        "/observe/health/live", HealthPage.live(context)::answer,
                        "/observe/health/ready", HealthPage.ready(context)::answer,
                        "/observe/metrics", metrics::page),
                parts,
                loopback);
        ShortConnections connections = new ShortConnections(MOST_CONNECTIONS, LONGEST_CONNECTION, System::nanoTime);
        return AsyncServerBootstrap.bootstrap()
                .setIOReactorConfig(IOReactorConfig.custom()
                        .setIoThreadCount(1)
                        .setSoTimeout(SILENCE)
                        .setBacklogSize(BACKLOG)
                        .setSoReuseAddress(true)
                        .setTcpNoDelay(true)
                        .build())
                .setHttp1Config(Http1Config.custom()
                        .setMaxLineLength(LONGEST_LINE)
                        .setMaxHeaderCount(MOST_HEADERS)
                        .build())
                .setHttpProcessor(HttpProcessors.server("kafkasend"))
                .setConnectionReuseStrategy((request, response, context) -> false)
                .setIOSessionListener(connections)
                .setExceptionCallback(
                        failure -> LOG.atDebug().setCause(failure).log("a request of the management port has failed"))
                .setRequestRouter((request, context) -> () -> new ManagementExchange(pages, connections))
                .create();
    }

    /** Where it listens; empty while it does not. */
    public synchronized Optional<InetSocketAddress> address() {
        return Optional.ofNullable(address);
    }

    private String url() {
        String name = address.getAddress().getHostAddress();
        return "http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + address.getPort();
    }

    /** Ends it, with its connections. */
    public synchronized void close() {
        if (server != null) {
            server.close(CloseMode.IMMEDIATE);
            parts.forEach(ManagementPart::close);
            server = null;
            address = null;
        }
    }
}
