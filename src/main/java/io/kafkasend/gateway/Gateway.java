package io.kafkasend.gateway;

import io.kafkasend.client.SigningKey;
import io.kafkasend.config.GatewaySettings;
import io.kafkasend.gateway.caller.CallerFile;
import io.kafkasend.gateway.http.CallersConsumer;
import io.kafkasend.gateway.settings.GatewayConfiguration;
import io.kafkasend.tls.PemException;
import io.kafkasend.tls.TlsFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway under camel-main: the routes of {@code routes/gateway} with the settings of the {@code application.properties} that lies
 * beside them. Thread-safe.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

    private static final String ROUTES = "classpath:routes/gateway/*.camel.yaml";
    private static final String SETTINGS = "classpath:routes/gateway/application.properties";

    private final Main main;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Gateway(Map<String, String> overrides) {
        this.main = new Main(Gateway.class);
        main.setDefaultPropertyPlaceholderLocation(SETTINGS);
        main.addInitialProperty("camel.main.routes-include-pattern", ROUTES);
        overrides.forEach(main::addOverrideProperty);
    }

    /**
     * Looks at the files of TLS, of callers and of the signing key, and at the directory of uploads, as the start does.
     *
     * @param settings the gateway's settings
     * @return one line for each that nothing can start with
     */
    public static List<String> faults(GatewaySettings settings) {
        List<String> faults = new ArrayList<>();
        try {
            Optional<TlsFiles> files = GatewayConfiguration.tls(settings);
            if (files.isPresent()) {
                files.get().read();
            }
        } catch (PemException | IllegalArgumentException e) {
            faults.add(e.getMessage());
        }
        try {
            if (settings.get(GatewaySettings.CALLERS).isPresent()) {
                CallerFile.read(settings.get(GatewaySettings.CALLERS).get());
            }
        } catch (IOException e) {
            faults.add(e.getMessage());
        }
        settings.get(GatewaySettings.UPLOADS_DIRECTORY)
                .filter(directory -> !Files.isWritable(directory))
                .ifPresent(
                        directory -> faults.add("GATEWAY_UPLOADS_DIRECTORY: this user may not write to " + directory));
        try {
            settings.get(GatewaySettings.SIGNING_KEY_FILE)
                    .ifPresent(file -> SigningKey.read(settings.get(GatewaySettings.CLIENT_ID), file));
        } catch (IllegalArgumentException e) {
            faults.add("GATEWAY_SIGNING_KEY_FILE: " + e.getMessage());
        }
        return faults;
    }

    /**
     * A gateway that runs until it is told to end.
     *
     * @param overrides properties over those of {@code application.properties}
     * @return not started
     */
    public static Gateway ofEnvironment(Map<String, String> overrides) {
        return new Gateway(overrides);
    }

    /**
     * Starts a gateway in this process.
     *
     * @param overrides properties over those of {@code application.properties}, such as {@code kafkasend.gateway-port}
     * @throws Exception when the routes do not start, or the port cannot be had
     */
    public static Gateway start(Map<String, String> overrides) throws Exception {
        Gateway gateway = new Gateway(overrides);
        try {
            gateway.main.start();
        } catch (Exception e) {
            gateway.close();
            throw e;
        }
        return gateway;
    }

    /**
     * Runs it until {@link #end}.
     *
     * @return the exit code
     * @throws Exception when the routes do not start, or the port cannot be had
     */
    public int run() throws Exception {
        main.run();
        LOG.atInfo().log("the gateway has ended");
        return main.getExitCode();
    }

    /** Has {@link #run} return, once the requests under way have ended or their time is over. Never waits. */
    public void end() {
        if (!ended.getAndSet(true)) {
            LOG.atInfo().log("the gateway is told to end: no more requests, those under way may finish");
            main.completed();
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return ((CallersConsumer) context().getRoute("gateway").getConsumer()).address();
    }

    /** A bean that the routes name. */
    public <T> T bean(String name, Class<T> type) {
        return context().getRegistry().lookupByNameAndType(name, type);
    }

    /** The Camel context behind it. */
    public CamelContext context() {
        return main.getCamelContext();
    }

    /** Takes no more requests, lets those under way end, and stops. */
    @Override
    public void close() {
        main.stop();
    }
}
