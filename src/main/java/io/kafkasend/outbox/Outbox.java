package io.kafkasend.outbox;

import io.kafkasend.client.SigningKey;
import io.kafkasend.config.OutboxSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outbox under camel-main: the routes of {@code routes/outbox} with the settings of the {@code application.properties} that lies
 * beside them. Thread-safe.
 */
public final class Outbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private static final String ROUTES = "classpath:routes/outbox/*.camel.yaml";
    private static final String SETTINGS = "classpath:routes/outbox/application.properties";

    private final Main main;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Outbox(Map<String, String> overrides) {
        this.main = new Main(Outbox.class);
        main.setDefaultPropertyPlaceholderLocation(SETTINGS);
        main.addInitialProperty("camel.main.routes-include-pattern", ROUTES);
        overrides.forEach(main::addOverrideProperty);
    }

    /**
     * Makes the folders, and reads the signing key, as the start does.
     *
     * @param settings the outbox's settings
     * @return one line for each that nothing can start with
     */
    public static List<String> faults(OutboxSettings settings) {
        List<String> faults = new ArrayList<>();
        new Folders(settings.get(OutboxSettings.DIRECTORY)).fault().ifPresent(faults::add);
        try {
            settings.get(OutboxSettings.SIGNING_KEY_FILE)
                    .ifPresent(file -> SigningKey.read(settings.get(OutboxSettings.CLIENT_ID), file));
        } catch (IllegalArgumentException e) {
            faults.add("OUTBOX_SIGNING_KEY_FILE: " + e.getMessage());
        }
        return faults;
    }

    /** An outbox with the settings of the environment, which runs until it is told to end; not started. */
    public static Outbox ofEnvironment() {
        return new Outbox(Map.of());
    }

    /**
     * Starts an outbox in this process.
     *
     * @param overrides properties over those of {@code application.properties}, such as {@code kafkasend.outbox-directory}
     * @throws Exception when the routes do not start
     */
    public static Outbox start(Map<String, String> overrides) throws Exception {
        Outbox outbox = new Outbox(overrides);
        try {
            outbox.main.start();
        } catch (Exception e) {
            outbox.close();
            throw e;
        }
        return outbox;
    }

    /**
     * Runs it until {@link #end}.
     *
     * @return the exit code
     * @throws Exception when the routes do not start
     */
    public int run() throws Exception {
        main.run();
        LOG.atInfo().log("the outbox has ended");
        return main.getExitCode();
    }

    /** Has {@link #run} return soon: what is under way goes on at the portals, and here at the next start. Never waits. */
    public void end() {
        if (!ended.getAndSet(true)) {
            LOG.atInfo().log("the outbox is told to end: files under way are gone on with at the next start");
            main.completed();
        }
    }

    /** The Camel context behind it. */
    public CamelContext context() {
        return main.getCamelContext();
    }

    /** Takes no more files, and stops. */
    @Override
    public void close() {
        main.stop();
    }
}
