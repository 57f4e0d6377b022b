package io.kafkasend.outbox;

import io.kafkasend.config.OutboxSettings;
import io.kafkasend.config.UnknownSettings;
import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outbox's settings, read from {@code application.properties}, checked all together before anything starts, and logged where they
 * differ from their defaults, with secrets masked. The same under camel-main and {@code camel run}.
 */
public final class OutboxConfiguration implements CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxConfiguration.class);

    /** What {@code camel export} puts in place of every placeholder while it makes the beans to look at them. */
    private static final String PLACEHOLDER_OF_EXPORT = "@@CamelMagicValue@@";

    private CamelContext context;
    private OutboxSettings settings;
    private boolean export;

    /**
     * Reads and checks the settings.
     *
     * @throws IllegalArgumentException with every fault in its message
     */
    @Override
    public void setCamelContext(CamelContext context) {
        if (settings != null && context == this.context) {
            return; // Camel calls this more than once while it makes a bean
        }
        this.context = context;
        this.export = PLACEHOLDER_OF_EXPORT.equals(value(context, OutboxSettings.IN_FLIGHT));
        try {
            this.settings = OutboxSettings.read(setting -> export
                    ? setting == OutboxSettings.DIRECTORY ? System.getProperty("java.io.tmpdir") : null
                    : value(context, setting));
        } catch (SettingsException e) {
            e.faults().forEach(LOG::error); // Camel's runtimes bury the exception in their own; these lines can be read
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        settings.changed().forEach((variable, value) -> LOG.atInfo()
                .addKeyValue("setting", variable)
                .addKeyValue("value", value)
                .log("setting differs from its default"));
        KafkaSecurity.of(settings::get).warnings().forEach(LOG::warn);
        UnknownSettings.ofOutbox(System.getenv()).forEach(unknown -> LOG.warn(unknown.toString()));
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** Whether {@code camel export} has these beans made, to look at them: nothing of it is to start. */
    boolean isExport() {
        return export;
    }

    /** The settings. */
    public OutboxSettings settings() {
        return settings;
    }

    /** The folders. */
    public Folders folders() {
        return new Folders(settings.get(OutboxSettings.DIRECTORY));
    }

    /** How long a file is tried, and its answer waited for. */
    Duration patience() {
        return Duration.ofSeconds(settings.get(OutboxSettings.GIVE_UP_SECONDS));
    }

    private static String value(CamelContext context, Setting<?> setting) {
        return context.getPropertiesComponent()
                .resolveProperty(setting.property())
                .map(context::resolvePropertyPlaceholders)
                .orElse(null);
    }
}
