package io.kafkasend.config;

import io.kafkasend.setting.HttpUrl;
import io.kafkasend.setting.Setting;
import io.kafkasend.setting.UnfitValueException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Whether traces are exported, and where to: by OpenTelemetry's own names, so far as there is one. */
public final class TracingSettings {
    private static final String ENTRIES = "name=value,name=value; percent-encoded; or nothing";
    private static final String OTLP_PATH = "v1/traces";
    private static final String HTTP = "http/protobuf";
    private static final String OTLP = "otlp";
    private static final int MOST_TRACES = 1_000_000;

    /** Where settings are looked up. */
    public interface Values {
        /** The value of a setting. */
        <T> T get(Setting<T> setting);
    }

    /** Which jobs are traced. */
    public enum Sampling {
        /** All. */
        ALWAYS_ON,
        /** None. */
        ALWAYS_OFF,
        /** A share, by the trace's id. */
        TRACEIDRATIO,
        /** Those whose client says so; of those without a trace, all. */
        PARENTBASED_ALWAYS_ON,
        /** Those whose client says so. */
        PARENTBASED_ALWAYS_OFF,
        /** Those whose client says so; of those without a trace, a share. */
        PARENTBASED_TRACEIDRATIO
    }

    public static final Setting<Optional<URI>> ENDPOINT = url(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "Where the OpenTelemetry collector is, to which traces are exported under /v1/traces; empty for no traces.");
    public static final Setting<Optional<URI>> TRACES_ENDPOINT = url(
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "The same for traces alone, to be used as it is; empty for what OTEL_EXPORTER_OTLP_ENDPOINT says.");
    public static final Setting<Map<String, String>> HEADERS = new Setting<>(
            "OTEL_EXPORTER_OTLP_HEADERS",
            "",
            ENTRIES,
            TracingSettings::entries,
            true,
            "Headers for the collector, such as its key.");
    public static final Setting<Optional<Path>> CERTIFICATE = Accepts.pemFile(
            "OTEL_EXPORTER_OTLP_CERTIFICATE", "Certificates to trust the collector by; empty for the JVM's own.");
    public static final Setting<String> PROTOCOL = Accepts.choice(
            "OTEL_EXPORTER_OTLP_PROTOCOL", HTTP, List.of(HTTP), "How traces are exported; there is no gRPC here.");
    public static final Setting<String> EXPORTER = Accepts.choice(
            "OTEL_TRACES_EXPORTER",
            OTLP,
            List.of(OTLP, "none"),
            "Whether traces are exported where an endpoint is set; none is not.");
    public static final Setting<Boolean> DISABLED =
            Accepts.flag("OTEL_SDK_DISABLED", false, "Whether there are no traces, whatever else is set.");
    public static final Setting<String> SERVICE_NAME = Accepts.text(
            "OTEL_SERVICE_NAME",
            "kafkasend-portal",
            "a name",
            Accepts::notBlank,
            "The service that the portal's steps are shown under.");
    public static final Setting<Map<String, String>> RESOURCE = new Setting<>(
            "OTEL_RESOURCE_ATTRIBUTES",
            "",
            ENTRIES,
            TracingSettings::entries,
            false,
            "What else each trace says of this process, such as deployment.environment.name=production.");
    public static final Setting<Sampling> SAMPLER = new Setting<>(
            "OTEL_TRACES_SAMPLER",
            "parentbased_always_on",
            "one of always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off,"
                    + " parentbased_traceidratio",
            value -> Sampling.valueOf(value.toUpperCase(Locale.ROOT)),
            false,
            "Which jobs are traced: parentbased_ ones do as the client's traceparent says.");
    public static final Setting<Double> SAMPLER_ARG = new Setting<>(
            "OTEL_TRACES_SAMPLER_ARG",
            "1.0",
            "a share from 0 to 1",
            TracingSettings::share,
            false,
            "The share of traceidratio samplers.");
    public static final Setting<Integer> PER_SECOND = Accepts.number(
            "PORTAL_TRACES_PER_SECOND",
            100,
            1,
            MOST_TRACES,
            "How many jobs are traced in a second at most, whatever clients ask for; those above it are not traced.");

    static final SettingsGroup GROUP = new SettingsGroup(
            "Traces",
            List.of(
                    ENDPOINT,
                    TRACES_ENDPOINT,
                    HEADERS,
                    CERTIFICATE,
                    PROTOCOL,
                    EXPORTER,
                    DISABLED,
                    SERVICE_NAME,
                    RESOURCE,
                    SAMPLER,
                    SAMPLER_ARG,
                    PER_SECOND));

    private TracingSettings() {}

    /** Where traces go, with its path; empty where none are to be made. */
    public static Optional<URI> target(Values settings) {
        if (settings.get(DISABLED) || !settings.get(EXPORTER).equals(OTLP)) {
            return Optional.empty();
        }
        return settings.get(TRACES_ENDPOINT).or(() -> settings.get(ENDPOINT).map(TracingSettings::traces));
    }

    private static URI traces(URI base) {
        String text = base.toString();
        return URI.create(text + (text.endsWith("/") ? "" : "/") + OTLP_PATH);
    }

    private static Setting<Optional<URI>> url(String variable, String text) {
        return new Setting<>(
                variable,
                "",
                "an http or https URL; or nothing",
                value -> value.isEmpty() ? Optional.empty() : Optional.of(HttpUrl.read(value)),
                false,
                text);
    }

    private static double share(String value) {
        double share = Double.parseDouble(value);
        if (!(share >= 0 && share <= 1)) {
            throw new UnfitValueException("which is no share");
        }
        return share;
    }

    private static Map<String, String> entries(String value) {
        Map<String, String> entries = new LinkedHashMap<>();
        for (String entry : value.isEmpty() ? new String[0] : value.split(",")) {
            int equals = entry.indexOf('=');
            if (equals < 1) {
                throw new UnfitValueException("of which one part has no name");
            }
            String name = entry.substring(0, equals).strip();
            String content = decoded(entry.substring(equals + 1).strip());
            if (name.isEmpty() || content.chars().anyMatch(c -> c < ' ')) {
                throw new UnfitValueException("of which one part holds what it may not");
            }
            entries.put(name, content);
        }
        return entries;
    }

    /** A plus is itself here, unlike in a form. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
