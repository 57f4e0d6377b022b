package io.kafkasend.portal;

import io.kafkasend.concurrent.StopSignals;
import io.kafkasend.config.ApiSettings;
import io.kafkasend.config.OperationSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.TokenSettings;
import io.kafkasend.oauth.TokenException;
import io.kafkasend.portal.call.Authorisation;
import io.kafkasend.portal.connect.Destination;
import io.kafkasend.portal.connect.Reached;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.lifecycle.Grace;
import io.kafkasend.portal.lifecycle.ProcessEnd;
import io.kafkasend.portal.settings.AnswerReaders;
import io.kafkasend.portal.settings.HeapBudget;
import io.kafkasend.portal.settings.NeededLibrary;
import io.kafkasend.security.address.NameService;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.model.Model;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The portal under camel-main: the routes of {@code routes/portal} with the settings of the {@code application.properties} that lies
 * beside them. Those at the root of the class path are its host's, and not read. Thread-safe.
 */
public final class Portal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Portal.class);

    /** Named here, since in application.properties it would also win over the files that `camel run` is given. */
    private static final String ROUTES = "classpath:routes/portal/*.camel.yaml";

    /** Beside the routes: at the root of the jar it would stand in the way of a host's own. */
    private static final String SETTINGS = "classpath:routes/portal/application.properties";

    /** How long a portal that waits for its surroundings may take to end. */
    private static final Duration NOTHING_UNDER_WAY = Duration.ofSeconds(1);

    private final Main main;

    private Portal(Map<String, String> overrides) {
        this.main = new Main(Portal.class);
        main.setDefaultPropertyPlaceholderLocation(SETTINGS);
        main.addInitialProperty("camel.main.routes-include-pattern", ROUTES);
        overrides.forEach(main::addOverrideProperty);
    }

    /** What has to be there before a portal starts. */
    @FunctionalInterface
    public interface Surroundings {
        /**
         * Waits until it is there.
         *
         * @throws InterruptedException when it is not to be waited for any longer
         */
        void await() throws Exception;
    }

    /**
     * Runs the portal until the process is told to end (SIGTERM, SIGINT): then it takes no more jobs, lets its calls finish
     * within PORTAL_SHUTDOWN_GRACE_SECONDS, and commits. Two seconds later the process ends at the latest, whatever Kafka, API
     * and token server do. A second signal ends it at once.
     *
     * @param settings the portal's settings, as the environment has them
     * @param surroundings what is waited for first
     * @return the exit code
     * @throws Exception what the surroundings threw; or when the routes do not start
     */
    public static int run(PortalSettings settings, Surroundings surroundings) throws Exception {
        Main main = new Portal(Map.of()).main;
        AtomicInteger failed = new AtomicInteger();
        Grace grace = new Grace(settings.get(OperationSettings.SHUTDOWN_GRACE_SECONDS), System::nanoTime);
        StartGate gate = new StartGate(surroundings);
        ProcessEnd end = new ProcessEnd(
                () -> gate.isClosed() ? NOTHING_UNDER_WAY : grace.forAll(), () -> sayWhatIsLeft(main), code -> {
                    failed.set(code);
                    gate.end();
                    endWarmUp(main);
                    main.completed();
                });
        main.bind("ending", end);
        StopSignals.handle(() -> {
            LOG.atInfo().log("the portal is told to end: no more jobs, calls may finish");
            end.end(0);
        });
        main.addMainListener(gate);
        try {
            main.run();
        } catch (RuntimeException e) {
            Exception failure = gate.failure();
            if (failure == null && !gate.hasEnded()) {
                throw e;
            }
            main.stop();
            if (failure != null && !(failure instanceof InterruptedException)) {
                throw failure;
            }
        }
        LOG.atInfo().log("the portal has ended");
        return failed.get() == 0 ? main.getExitCode() : failed.get();
    }

    private static void endWarmUp(Main main) {
        CamelContext context = main.getCamelContext();
        WarmUp warmUp = context == null ? null : context.getRegistry().lookupByNameAndType("warm-up", WarmUp.class);
        if (warmUp != null) {
            warmUp.end();
        }
    }

    private static void sayWhatIsLeft(Main main) {
        CamelContext context = main.getCamelContext();
        Stopping stopping =
                context == null ? null : context.getRegistry().lookupByNameAndType("stopping", Stopping.class);
        if (stopping != null) {
            stopping.tellWhatIsLeft();
        }
        LOG.atInfo().log("the portal has ended, with some of its threads still at work");
    }

    /** What the settings take of this process's heap, and what it has: one line. */
    public static String heapNeeds(PortalSettings settings) {
        return HeapBudget.ofThisProcess(settings).toString();
    }

    /** What the answers on the portal's own topic may be, and what would change that: one line. */
    public static String answerReaders(PortalSettings settings) {
        return AnswerReaders.of(settings).toString();
    }

    /**
     * Looks up the hosts of API, token server and proxies, reads the TLS files and adds up the heap, as the start does.
     *
     * @param settings the portal's settings
     * @return one line for each that nothing can start with
     */
    public static List<String> faults(PortalSettings settings) {
        List<Destination> destinations = new ArrayList<>();
        destinations.add(Destination.api(settings, NameService.system()));
        if (settings.get(TokenSettings.USE_OAUTH)) {
            destinations.add(Destination.tokenServer(settings, NameService.system()));
        }
        return Stream.of(
                        NeededLibrary.faults().stream(),
                        HeapBudget.ofThisProcess(settings).fault().stream(),
                        destinations.stream().map(Destination::fault).flatMap(Optional::stream))
                .flatMap(faults -> faults)
                .toList();
    }

    /**
     * Connects to the API, or its proxy, as a call would, and sends no request.
     *
     * @param patience how long each step may take
     * @throws IOException where there is no connection
     */
    public static Reached reachApi(PortalSettings settings, Duration patience) throws IOException {
        return Destination.api(settings, NameService.system()).reach(patience);
    }

    /**
     * Gets an access token as a call would, and tells until when it is good.
     *
     * @param settings those of a portal that uses OAuth
     * @param patience how long it may take
     * @throws TokenException where the token server gives none
     */
    public static Instant fetchToken(PortalSettings settings, Duration patience) throws TokenException {
        return Authorisation.fetch(settings, NameService.system(), patience).expiresAt();
    }

    /**
     * Starts a portal in this process.
     *
     * @param overrides properties over those of {@code application.properties}, such as {@code kafkasend.target-api-url}
     * @throws Exception when the routes do not start
     */
    public static Portal start(Map<String, String> overrides) throws Exception {
        return start(overrides, NameService.system());
    }

    /**
     * Starts a portal in this process with a name service of its own.
     *
     * @param overrides properties over those of {@code application.properties}
     * @param names who knows the addresses of API and token server
     * @throws Exception when the routes do not start
     */
    public static Portal start(Map<String, String> overrides, NameService names) throws Exception {
        Portal portal = new Portal(overrides);
        portal.main.bind("names", names);
        // The process is its caller's; the portal alone ends.
        portal.main.bind("ending", (FailStop.Ending) code -> new Thread(portal::close, "kafkasend-end").start());
        portal.main.start();
        return portal;
    }

    /**
     * Starts a portal in this process that calls a step of its host's, and no API: policies, limits, retries and all else are the
     * same. The step finds the request on its exchange and leaves the answer there, as docs/integrate/worked-changes.md says of what
     * stands in place of the API; it is called on several threads at once. What the environment says of Camel is the host's matter.
     *
     * @param settings properties over those of {@code application.properties}; no API, token server or management port is used
     * @param step is called for each job, once or, as delivery is set, more often
     * @param ended hears, on a thread of its own, that the portal had to end since it could not go on
     * @throws Exception when the routes do not start
     */
    public static Portal startWithStep(Map<String, String> settings, Processor step, Runnable ended) throws Exception {
        Map<String, String> all = new HashMap<>(settings);
        all.putIfAbsent(OperationSettings.WARM_UP_SECONDS.property(), "0"); // which is for calls by HTTP
        all.put(ApiSettings.TARGET_API_URL.property(), "http://localhost");
        all.put(TokenSettings.USE_OAUTH.property(), "false");
        Portal portal = guest(all);
        portal.main.bind("ending", (FailStop.Ending) code -> new Thread(
                        () -> {
                            portal.close();
                            ended.run();
                        },
                        "kafkasend-end")
                .start());
        portal.main.bind(StepInPlaceOfApi.STEP, step);
        portal.main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeInitialize(BaseMainSupport made) {
                made.getCamelContext()
                        .getCamelContextExtension()
                        .getContextPlugin(Model.class)
                        .addModelLifecycleStrategy(new StepInPlaceOfApi());
            }
        });
        return portal.started();
    }

    /**
     * Starts the portal of a warm-up in this process, beside the one that is to be warm. What goes wrong in it ends nothing, and
     * what the process's environment says of Camel is not for it.
     */
    static Portal startBeside(Map<String, String> settings) throws Exception {
        Portal portal = guest(settings);
        portal.main.bind("ending", (FailStop.Ending) code -> {});
        return portal.started();
    }

    /** One beside other routes of this process, for which alone is what the environment says of Camel. */
    private static Portal guest(Map<String, String> settings) {
        Portal portal = new Portal(settings);
        portal.main.configure().withAutoConfigurationEnvironmentVariablesEnabled(false);
        portal.main.configure().withAutoConfigurationSystemPropertiesEnabled(false);
        portal.main.bind("names", NameService.system());
        return portal;
    }

    private Portal started() throws Exception {
        try {
            main.start();
            return this;
        } catch (Throwable e) {
            close();
            throw e;
        }
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
