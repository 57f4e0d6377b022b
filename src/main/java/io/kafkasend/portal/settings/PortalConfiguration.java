package io.kafkasend.portal.settings;

import io.kafkasend.config.ApiSettings;
import io.kafkasend.config.JobSettings;
import io.kafkasend.config.ManagementSettings;
import io.kafkasend.config.OperationSettings;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.config.RetrySettings;
import io.kafkasend.config.TokenSettings;
import io.kafkasend.config.UnknownSettings;
import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.portal.lifecycle.FailStop;
import io.kafkasend.portal.lifecycle.Grace;
import io.kafkasend.portal.lifecycle.PortalProcess;
import io.kafkasend.portal.lifecycle.ProcessEnd;
import io.kafkasend.security.address.NameService;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings, as the routes' beans take them: read from {@code application.properties}, checked all together before
 * anything starts, and logged once where they differ from their defaults, with secrets masked. The same under camel-main,
 * {@code camel run} and Camel K.
 */
public final class PortalConfiguration implements PortalProcess {
    private static final Logger LOG = LoggerFactory.getLogger(PortalConfiguration.class);

    /** What {@code camel export} puts in place of every placeholder while it makes the beans to look at them. */
    private static final String PLACEHOLDER_OF_EXPORT = "@@CamelMagicValue@@";

    /** What the routes leave to {@code application.properties}; without it Camel would take what is sent for text. */
    private static final String SERIALIZER = "camel.component.kafka.value-serializer";

    /** The name in Camel's registry of the settings, or their faults, that were logged last. */
    private static final String SAID = "kafkasend-settings-said";

    /** The exit code of a portal that cannot start as it is set up; the same as that of the command. */
    private static final int CONFIGURATION = 2;

    private CamelContext context;
    private PortalSettings settings;
    private HeapBudget heap;
    private Grace grace;

    /**
     * Reads and checks the settings.
     *
     * @throws IllegalArgumentException with every fault in its message; also where the heap cannot hold what they need
     */
    @Override
    public void setCamelContext(CamelContext context) {
        if (settings != null && context == this.context) {
            return; // Camel calls this more than once while it makes a bean
        }
        this.context = context;
        try {
            this.settings = PortalSettings.read(setting -> property(context, setting));
        } catch (SettingsException e) {
            if (isNews(e.getMessage())) {
                // Camel's runtimes bury the exception in their own; these lines can be read.
                e.faults().forEach(LOG::error);
            }
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        this.heap = HeapBudget.ofThisProcess(settings);
        this.grace = new Grace(settings.get(OperationSettings.SHUTDOWN_GRACE_SECONDS), System::nanoTime);
        if (isExport(context)) {
            return; // nothing of it will start
        }
        List<String> unfit = new ArrayList<>(NeededLibrary.faults());
        if (context.getPropertiesComponent().resolveProperty(SERIALIZER).isEmpty()) {
            unfit.add("application.properties has no " + SERIALIZER + "; take the file that belongs to these routes");
        }
        if (!unfit.isEmpty()) {
            end(unfit);
        }
        heap.fault().ifPresent(fault -> {
            LOG.error(fault);
            throw new IllegalArgumentException(fault);
        });
        if (isNews(settings.toString())) {
            settings.changed().forEach((variable, value) -> LOG.atInfo()
                    .addKeyValue("setting", variable)
                    .addKeyValue("value", value)
                    .log("setting differs from its default"));
            LOG.info(heap.toString());
            LOG.info(AnswerReaders.of(settings).toString());
            KafkaSecurity.of(settings::get).warnings().forEach(LOG::warn);
            UnknownSettings.in(System.getenv()).forEach(unknown -> LOG.warn(unknown.toString()));
        }
    }

    /** Whether {@code camel export} has these beans made, to look at them: nothing of it is to start. */
    public boolean isExport() {
        return isExport(context);
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** The settings. */
    public PortalSettings settings() {
        return settings;
    }

    /** What the settings take of this process's heap. */
    public HeapBudget heap() {
        return heap;
    }

    /** Who knows the addresses of hosts: a bean of that type where there is one, or the machine. */
    public NameService names() {
        NameService bean = context.getRegistry().findSingleByType(NameService.class);
        return bean == null ? NameService.system() : bean;
    }

    /** How the portal ends when it cannot go on: as a bean of that type says where there is one, or by the process's exit. */
    @Override
    public FailStop.Ending ending() {
        FailStop.Ending bean = context.getRegistry().findSingleByType(FailStop.Ending.class);
        return bean != null
                ? bean
                : new ProcessEnd(grace::forAll, () -> {}, code -> {
                    context.stop();
                    System.exit(code);
                });
    }

    /** How long what has to end may take, when the portal is told to. */
    public Grace grace() {
        return grace;
    }

    /** Whether anybody can read metrics; where nobody can, none are recorded. */
    public boolean hasManagementPort() {
        return settings.get(ManagementSettings.PORT).isPresent();
    }

    public int maxConcurrentJobs() {
        return settings.get(JobSettings.MAX_CONCURRENT_JOBS);
    }

    public int maxAssemblingJobs() {
        return settings.get(JobSettings.MAX_ASSEMBLING_JOBS);
    }

    public Duration callTimeout() {
        return Duration.ofSeconds(settings.get(JobSettings.JOB_TIMEOUT_SECONDS));
    }

    /** How long a call may take whose answer streams; at least as long as any. */
    public Duration streamTimeout() {
        Duration streams = Duration.ofSeconds(settings.get(JobSettings.STREAM_TIMEOUT_SECONDS));
        return streams.compareTo(callTimeout()) > 0 ? streams : callTimeout();
    }

    public Duration idleTimeout() {
        return Duration.ofSeconds(settings.get(JobSettings.JOB_IDLE_SECONDS));
    }

    public Duration maxAge() {
        return Duration.ofSeconds(settings.get(JobSettings.JOB_MAX_AGE_SECONDS));
    }

    /** How old a request may be, by its record's timestamp, when its call begins; zero where it may be of any age. */
    public Duration maxRequestAge() {
        return Duration.ofSeconds(settings.get(JobSettings.MAX_REQUEST_AGE_SECONDS));
    }

    public boolean atMostOnce() {
        return settings.get(RetrySettings.DELIVERY).equals(RetrySettings.AT_MOST_ONCE);
    }

    public Optional<Path> livenessFile() {
        return settings.get(OperationSettings.LIVENESS_FILE);
    }

    /** Ends what would start and do nothing: with the wrong classes there is no telling which of its threads would say so. */
    private void end(List<String> faults) {
        faults.forEach(LOG::error);
        if (context.getRegistry().findSingleByType(FailStop.Ending.class) == null) {
            Runtime.getRuntime()
                    .halt(CONFIGURATION); // nothing has begun; an exit waits for runtimes that wait for this thread
        }
        throw new IllegalArgumentException(String.join("; ", faults));
    }

    /** Spring Boot's runtime makes every bean twice, a reload makes them again: what has not changed is said once. */
    private boolean isNews(String shown) {
        boolean said = shown.equals(context.getRegistry().lookupByName(SAID));
        context.getRegistry().bind(SAID, shown);
        return !said;
    }

    private static boolean isExport(CamelContext context) {
        return PLACEHOLDER_OF_EXPORT.equals(value(context, ApiSettings.TARGET_API_URL));
    }

    private static String property(CamelContext context, Setting<?> setting) {
        String value = value(context, setting);
        if (!PLACEHOLDER_OF_EXPORT.equals(value)) {
            return value;
        }
        // A value that beans can be made with, where the default is none.
        return setting == ApiSettings.TARGET_API_URL
                ? "http://localhost"
                : setting == TokenSettings.USE_OAUTH ? "false" : null;
    }

    private static String value(CamelContext context, Setting<?> setting) {
        return context.getPropertiesComponent()
                .resolveProperty(setting.property())
                .map(context::resolvePropertyPlaceholders)
                .orElse(null);
    }
}
