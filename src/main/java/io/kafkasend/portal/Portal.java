package io.kafkasend.portal;

import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;

/**
 * The portal under camel-main: the routes of {@code routes/portal} with the settings of {@code application.properties}.
 * Thread-safe.
 */
public final class Portal implements AutoCloseable {
    /** Named here, since in application.properties it would also win over the files that `camel run` is given. */
    private static final String ROUTES = "classpath:routes/portal/*.camel.yaml";

    private final Main main;

    private Portal(Map<String, String> overrides) {
        this.main = new Main(Portal.class);
        main.addInitialProperty("camel.main.routes-include-pattern", ROUTES);
        overrides.forEach(main::addOverrideProperty);
    }

    /**
     * Runs the portal until the process is told to end (SIGTERM, SIGINT).
     *
     * @return the exit code
     * @throws Exception when the routes do not start
     */
    public static int run() throws Exception {
        Main main = new Portal(Map.of()).main;
        main.run();
        return main.getExitCode();
    }

    /**
     * Starts a portal in this process.
     *
     * @param overrides properties over those of {@code application.properties}, such as {@code kafkasend.target-api-url}
     * @throws Exception when the routes do not start
     */
    public static Portal start(Map<String, String> overrides) throws Exception {
        Portal portal = new Portal(overrides);
        portal.main.start();
        return portal;
    }

    /** The Camel context behind it. */
    public CamelContext context() {
        return main.getCamelContext();
    }

    /** A bean that the routes name. */
    public <T> T bean(String name, Class<T> type) {
        return context().getRegistry().lookupByNameAndType(name, type);
    }

    /** Stops the routes: no further jobs, running calls may end, offsets are committed. */
    @Override
    public void close() {
        main.stop();
    }
}
