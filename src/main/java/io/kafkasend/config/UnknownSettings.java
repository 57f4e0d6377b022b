package io.kafkasend.config;

import io.kafkasend.setting.Setting;
import io.kafkasend.setting.Suggestions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Environment variables that look like settings and are none: most often one that is misspelt, and so without effect. What
 * Kubernetes and Kafka's images put into an environment is none of these. Stateless, hence thread-safe.
 */
public final class UnknownSettings {
    /** What the client's commands read beside the portal's settings; an environment may be for both. */
    public static final Set<String> OF_CLIENTS = Set.of(
            "KAFKA_CLIENT_CONFIG",
            "CLIENT_SIGNING_KEY",
            "CLIENT_ID",
            "CLIENT_REPLY_TO",
            "CLIENT_MODERN_PORTALS",
            "CLIENT_SECRET_HEADERS",
            "CLIENT_LOG_LEVEL");

    /** Nobody else's: with these a name is told of even where no setting is like it. */
    private static final Set<String> OURS = Set.of("PORTAL_", "OAUTH2_");

    /** Others have variables with these, too. */
    private static final Set<String> SHARED = Set.of("KAFKA_", "CLIENT_", "TARGET_", "OTEL_");

    private static final Set<String> OURS_OF_GATEWAY = Set.of("GATEWAY_");
    private static final Set<String> OURS_OF_OUTBOX = Set.of("OUTBOX_");
    private static final Set<String> SHARED_OF_BOTH = Set.of("KAFKA_");

    /** What Kubernetes sets for each service of a namespace. */
    private static final Pattern SERVICE = Pattern.compile("[A-Z0-9_]+_SERVICE_(HOST|PORT(_[A-Z0-9_]+)?)"
            + "|[A-Z0-9_]+_PORT_\\d+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?");

    private static final Pattern SERVICE_URL = Pattern.compile("(tcp|udp|sctp)://.*");

    /** What Kafka's scripts and images read and set, a proxy of this name, a web server's CGI, and what OpenTelemetry has for others than us. */
    private static final Pattern FOREIGN = Pattern.compile(
            "KAFKA_([A-Z0-9_]+_)?(HOME|OPTS|DEBUG|VERSION|DIR|DIRS|ENABLED|LISTENERS)|KAFKA_(CFG|KRAFT|REST)_.*|OAUTH2_PROXY_.*|GATEWAY_INTERFACE"
                    + "|OTEL_(METRICS?|LOGS?|LOGRECORD|BSP|BLRP|SPAN|EVENT|LINK|ATTRIBUTE|PROPAGATORS|JAVA|JAVAAGENT|INSTRUMENTATION"
                    + "|CONFIG|EXPERIMENTAL|SEMCONV|ENTITIES|GO|PYTHON|NODE|DOTNET)(_.*)?"
                    + "|OTEL_EXPORTER_(?!OTLP).*|OTEL_EXPORTER_OTLP_(METRICS|LOGS|COMPRESSION|TIMEOUT|INSECURE|CLIENT)(_.*)?"
                    + "|OTEL_EXPORTER_OTLP_TRACES_(?!ENDPOINT).*");

    private UnknownSettings() {}

    /**
     * A variable that is no setting.
     *
     * @param name as it stands in the environment
     * @param meant the setting that it may be meant for; empty where none is like it
     */
    public record Unknown(String name, Optional<String> meant) {
        /** One line; repeats no value. */
        @Override
        public String toString() {
            return name + " is not a setting" + Suggestions.question(meant);
        }
    }

    /**
     * Those of an environment, by their names' order.
     *
     * @param environment names and values; of these only whether Kubernetes has made them is looked at
     */
    public static List<Unknown> in(Map<String, String> environment) {
        Set<String> known = variables(PortalSettings.all());
        known.addAll(OF_CLIENTS);
        return in(environment, known, known, OURS, SHARED);
    }

    /**
     * Those of a gateway's environment, which may be a portal's and a client's, too; by their names' order.
     *
     * @param environment names and values, as for {@link #in}
     */
    public static List<Unknown> ofGateway(Map<String, String> environment) {
        return in(environment, variables(GatewaySettings.all()), OURS_OF_GATEWAY);
    }

    /**
     * Those of an outbox's environment, likewise.
     *
     * @param environment names and values, as for {@link #in}
     */
    public static List<Unknown> ofOutbox(Map<String, String> environment) {
        return in(environment, variables(OutboxSettings.all()), OURS_OF_OUTBOX);
    }

    private static List<Unknown> in(Map<String, String> environment, Set<String> meant, Set<String> own) {
        Set<String> known = variables(PortalSettings.all());
        known.addAll(OF_CLIENTS);
        known.addAll(meant);
        return in(environment, known, meant, own, SHARED_OF_BOTH);
    }

    private static Set<String> variables(Collection<Setting<?>> settings) {
        return settings.stream().map(Setting::variable).collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * @param known what is read by some program of ours
     * @param settings what a misspelt name may be meant for
     */
    private static List<Unknown> in(
            Map<String, String> environment,
            Set<String> known,
            Set<String> settings,
            Set<String> own,
            Set<String> shared) {
        List<Unknown> unknown = new ArrayList<>();
        new TreeMap<>(environment).forEach((name, value) -> {
            boolean ours = own.stream().anyMatch(name::startsWith);
            if (!ours && shared.stream().noneMatch(name::startsWith)
                    || known.contains(name)
                    || isService(name, value)) {
                return;
            }
            Optional<String> meant = meant(name, settings);
            boolean foreign = FOREIGN.matcher(name).matches();
            if (foreign ? meant.filter(one -> one.length() == name.length()).isPresent() : ours || meant.isPresent()) {
                unknown.add(new Unknown(name, meant));
            }
        });
        return unknown;
    }

    private static boolean isService(String name, String value) {
        return SERVICE.matcher(name).matches()
                || name.endsWith("_PORT") && SERVICE_URL.matcher(value).matches();
    }

    /** The setting that is spelt almost so; or that has the same words after another prefix, or one word more or less. */
    private static Optional<String> meant(String name, Set<String> known) {
        String prefix = prefix(name);
        List<String> rests = known.stream()
                .filter(setting -> setting.startsWith(prefix))
                .map(setting -> setting.substring(prefix.length()))
                .filter(rest -> rest.length() > 2)
                .toList();
        String rest = name.substring(prefix.length());
        return Suggestions.mostAlike(rest, rests)
                .filter(alike -> rest.length() > 2)
                .map(prefix::concat)
                .or(() ->
                        single(known, setting -> setting.equals("PORTAL_" + name) || name.equals("PORTAL_" + setting)))
                .or(() -> single(known, setting -> withoutPrefix(setting).equals(rest)))
                .or(() -> single(known, setting -> oneWordApart(words(name), words(setting))));
    }

    private static Optional<String> single(Set<String> known, Predicate<String> like) {
        List<String> found = known.stream().filter(like).toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    private static boolean oneWordApart(List<String> some, List<String> others) {
        List<String> more = new ArrayList<>(some.size() > others.size() ? some : others);
        List<String> fewer = some.size() > others.size() ? others : some;
        return more.size() == fewer.size() + 1
                && fewer.size() > 1
                && fewer.stream().allMatch(more::remove);
    }

    private static List<String> words(String name) {
        return List.of(name.split("_"));
    }

    private static String prefix(String name) {
        return name.substring(0, name.indexOf('_') + 1);
    }

    private static String withoutPrefix(String name) {
        return name.substring(name.indexOf('_') + 1);
    }
}
