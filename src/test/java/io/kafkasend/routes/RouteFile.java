package io.kafkasend.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file of routes as a reader of YAML sees it.
 *
 * @param path where it is
 * @param text its text
 * @param yaml its parsed content
 */
record RouteFile(Path path, String text, JsonNode yaml) {
    static final Path ROOT = Path.of("src/main/resources/routes");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??([^:}]+)[^}]*}}");
    private static final Pattern REFERENCE = Pattern.compile("#(?:bean:)?([A-Za-z][\\w-]*)");

    /** A step of a route: what it is, such as {@code process}, and what it says. */
    record Step(String kind, JsonNode body) {
        String id() {
            return body.path("id").asText("");
        }
    }

    static RouteFile read(Path path) {
        try {
            String text = Files.readString(path);
            return new RouteFile(path, text, new YAMLMapper().readTree(text));
        } catch (IOException e) {
            throw new AssertionError(path + ": " + e.getMessage(), e);
        }
    }

    static List<RouteFile> all() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .map(RouteFile::read)
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The file of this name among the portal's. */
    static RouteFile ofPortal(String name) {
        return read(ROOT.resolve("portal").resolve(name + ".camel.yaml"));
    }

    /** The top-level entries of this kind, such as {@code route}. */
    List<JsonNode> entries(String kind) {
        List<JsonNode> entries = new ArrayList<>();
        yaml.forEach(entry -> {
            if (entry.has(kind)) {
                entries.add(entry.get(kind));
            }
        });
        return entries;
    }

    List<JsonNode> beans() {
        List<JsonNode> beans = new ArrayList<>();
        entries("beans").forEach(list -> list.forEach(beans::add));
        return beans;
    }

    /** Every step at any depth, and every onException clause. */
    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        collectSteps(yaml, steps);
        return steps;
    }

    /** Every node at any depth that an editor draws: what a route begins with, its steps, and the branches of those. */
    static List<JsonNode> drawn(JsonNode route) {
        List<JsonNode> drawn = new ArrayList<>();
        collectDrawn(route, drawn);
        return drawn;
    }

    private static void collectDrawn(JsonNode node, List<JsonNode> drawn) {
        node.properties().forEach(field -> {
            JsonNode value = field.getValue();
            switch (field.getKey()) {
                case "from", "otherwise", "doFinally" -> drawn.add(value);
                case "when", "doCatch" -> value.forEach(drawn::add);
                case "steps", "onException" -> {
                    if (value.isArray()) { // its entries have a key onException of their own
                        value.forEach(step -> step.forEach(drawn::add));
                    }
                }
                default -> {}
            }
        });
        node.forEach(child -> collectDrawn(child, drawn));
    }

    private static void collectSteps(JsonNode node, List<Step> steps) {
        for (String list : List.of("steps", "onException")) {
            JsonNode children = node.isObject() ? node.path(list) : MissingNode.getInstance();
            if (children.isArray()) {
                children.forEach(child ->
                        child.properties().forEach(step -> steps.add(new Step(step.getKey(), step.getValue()))));
            }
        }
        node.forEach(child -> collectSteps(child, steps));
    }

    Set<String> placeholders() {
        Set<String> names = new TreeSet<>();
        Matcher matcher = PLACEHOLDER.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1).strip());
        }
        return names;
    }

    /** The beans that this file names: by {@code ref} (of a step or a method), by {@code #name} and by {@code #bean:name}. */
    Set<String> beansNamed() {
        Set<String> names = new TreeSet<>();
        collectReferences("", yaml, names);
        return names;
    }

    private static void collectReferences(String key, JsonNode node, Set<String> names) {
        if (node.isTextual()) {
            Matcher matcher = REFERENCE.matcher(node.asText());
            if (matcher.matches()) {
                names.add(matcher.group(1));
            } else if (key.equals("ref") || key.endsWith("Ref")) {
                names.add(node.asText());
            }
        }
        node.properties().forEach(field -> collectReferences(field.getKey(), field.getValue(), names));
        if (node.isArray()) {
            node.forEach(child -> collectReferences(key, child, names));
        }
    }

    @Override
    public String toString() {
        return ROOT.relativize(path).toString();
    }
}
