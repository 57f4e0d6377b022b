package io.kafkasend.gateway.settings;

import io.kafkasend.config.GatewaySettings;
import io.kafkasend.config.UnknownSettings;
import io.kafkasend.kafka.KafkaSecurity;
import io.kafkasend.protocol.SecretHeaders;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.SettingsException;
import io.kafkasend.tls.PemException;
import io.kafkasend.tls.TlsFiles;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's settings, read from {@code application.properties}, checked all together before anything starts, and logged where they
 * differ from their defaults, with secrets masked. The same under camel-main and {@code camel run}.
 */
public final class GatewayConfiguration implements CamelContextAware {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayConfiguration.class);

    /** What {@code camel export} puts in place of every placeholder while it makes the beans to look at them. */
    private static final String PLACEHOLDER_OF_EXPORT = "@@CamelMagicValue@@";

    private CamelContext context;
    private GatewaySettings settings;
    private TlsFiles tls;
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
        this.export = PLACEHOLDER_OF_EXPORT.equals(value(context, GatewaySettings.PORT));
        try {
            this.settings = GatewaySettings.read(setting -> export ? null : value(context, setting));
            this.tls = tls(settings).orElse(null);
            if (tls != null) {
                tls.read(); // what is wrong with them is said before anything starts
            }
        } catch (SettingsException e) {
            e.faults().forEach(LOG::error); // Camel's runtimes bury the exception in their own; these lines can be read
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (PemException e) {
            LOG.error(e.getMessage());
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        settings.changed().forEach((variable, value) -> LOG.atInfo()
                .addKeyValue("setting", variable)
                .addKeyValue("value", value)
                .log("setting differs from its default"));
        KafkaSecurity.of(settings::get).warnings().forEach(LOG::warn);
        UnknownSettings.ofGateway(System.getenv()).forEach(unknown -> LOG.warn(unknown.toString()));
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    /** Whether {@code camel export} has these beans made, to look at them: nothing of it is to start. */
    public boolean isExport() {
        return export;
    }

    /** The settings. */
    public GatewaySettings settings() {
        return settings;
    }

    /** Where callers are listened to. */
    public InetSocketAddress address() throws UnknownHostException {
        return new InetSocketAddress(
                InetAddress.getByName(settings.get(GatewaySettings.HOST)), settings.get(GatewaySettings.PORT));
    }

    /** The most connections at once. */
    public int connections() {
        return settings.get(GatewaySettings.CONNECTIONS);
    }

    /** The most connections of one address that wait for a request. */
    public int idleConnections() {
        return settings.get(GatewaySettings.IDLE_CONNECTIONS);
    }

    /** How long a request's head may take. */
    public Duration head() {
        return Duration.ofSeconds(settings.get(GatewaySettings.HEAD_SECONDS));
    }

    /** The files of the server's certificate and of the authorities of callers'; empty for plain HTTP. */
    public Optional<TlsFiles> tls() {
        return Optional.ofNullable(tls);
    }

    /** Which headers of a request are its caller's own, and neither sent nor kept. */
    public SecretHeaders secretHeaders() {
        return new SecretHeaders(settings.get(GatewaySettings.SECRET_HEADERS));
    }

    /** How long what is under way may take when the gateway is told to end. */
    public Duration grace() {
        return Duration.ofSeconds(settings.get(GatewaySettings.GRACE_SECONDS));
    }

    /** How long a request may take. */
    public Duration timeout() {
        return Duration.ofSeconds(settings.get(GatewaySettings.TIMEOUT_SECONDS));
    }

    /** How long a request may take whose answer streams; empty for no longer than others. */
    public Optional<Duration> streamTimeout() {
        int seconds = settings.get(GatewaySettings.STREAM_TIMEOUT_SECONDS);
        return seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    }

    /**
     * The files of TLS.
     *
     * @return empty for plain HTTP
     */
    public static Optional<TlsFiles> tls(GatewaySettings settings) {
        if (settings.get(GatewaySettings.CERTIFICATE_FILE).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new TlsFiles(
                settings.get(GatewaySettings.CALLER_CA_FILE),
                settings.get(GatewaySettings.CERTIFICATE_FILE),
                settings.get(GatewaySettings.KEY_FILE)));
    }

    private static String value(CamelContext context, Setting<?> setting) {
        return context.getPropertiesComponent()
                .resolveProperty(setting.property())
                .map(context::resolvePropertyPlaceholders)
                .orElse(null);
    }
}
