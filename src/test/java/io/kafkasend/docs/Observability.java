package io.kafkasend.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What {@code deploy/observability} holds, and the metrics that docs/operate/metrics.md says there are. */
public final class Observability {
    static final Path DIRECTORY = Path.of("deploy/observability");
    static final Path RULES = DIRECTORY.resolve("prometheus-rules.yaml");
    static final Path RULES_TEST = DIRECTORY.resolve("prometheus-rules.test.yaml");
    static final Path DASHBOARD = DIRECTORY.resolve("grafana-dashboard.json");
    static final Path RUNBOOK = Path.of("docs/operate/runbook");

    private static final Pattern METRIC =
            Pattern.compile("(?m)^\\| `(\\S+)` \\| (counter|gauge|histogram|summary) \\| (.*?) \\| .*");
    private static final Pattern CODE = Pattern.compile("`(\\w+)`");

    private static final Pattern OF_LIBRARIES = Pattern.compile("(jvm|process|system|kafka|camel)_.*");

    private Observability() {}

    /** Whether a library names it, so that only a running portal knows whether it is there. */
    static boolean isOfLibraries(String metric) {
        return OF_LIBRARIES.matcher(metric).matches();
    }

    /** What rules and dashboard name of those. */
    public static Set<String> ofLibraries() {
        return expressions()
                .flatMap(expression -> expression.metrics().stream())
                .filter(Observability::isOfLibraries)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static Map<?, ?> yaml(Path file) {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(text(file));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Alerts and recording rules. */
    static List<Map<?, ?>> rules() {
        return list(yaml(RULES).get("groups")).stream()
                .flatMap(group -> list(group.get("rules")).stream())
                .toList();
    }

    /** Alerts alone. */
    static List<Map<?, ?>> alerts() {
        return rules().stream().filter(rule -> rule.containsKey("alert")).toList();
    }

    static JsonNode dashboard() {
        try {
            return new ObjectMapper().readTree(DASHBOARD.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its panels in their order, rows too. */
    static List<JsonNode> panels() {
        List<JsonNode> panels = new ArrayList<>();
        dashboard().get("panels").forEach(panels::add);
        return panels;
    }

    /** Every expression of rules and dashboard. */
    static Stream<PromQl> expressions() {
        return Stream.concat(
                        rules().stream().map(rule -> rule.get("expr").toString()),
                        panels().stream().flatMap(panel -> panel.path("targets").findValuesAsText("expr").stream()))
                .map(PromQl::new);
    }

    /** The portal's own metrics as samples are named, and the labels of each. */
    static Map<String, TreeSet<String>> documented() {
        Map<String, TreeSet<String>> samples = new TreeMap<>();
        new MarkdownFile(Path.of("docs/operate/metrics.md")).matches(METRIC).forEach(row -> {
            TreeSet<String> labels = new TreeSet<>();
            CODE.matcher(row.group(3)).results().forEach(label -> labels.add(label.group(1)));
            endings(row.group(2)).forEach(ending -> samples.put(row.group(1) + ending, labels));
        });
        return samples;
    }

    private static List<String> endings(String type) {
        return switch (type) {
            case "histogram" -> List.of("_bucket", "_count", "_sum", "_max");
            case "summary" -> List.of("_count", "_sum", "_max");
            default -> List.of("");
        };
    }

    @SuppressWarnings("unchecked") // YAML's lists of maps
    static List<Map<?, ?>> list(Object node) {
        return (List<Map<?, ?>>) node;
    }
}
