package io.kafkasend.e2e;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The changes of the pipeline that its document shows, each with its place in the routes. */
final class DocumentedChanges {
    private static final Path DOCUMENT = Path.of("docs/integrate/change-the-pipeline.md");
    static final Path ROUTES = Path.of("src/main/resources/routes/portal");
    private static final Pattern STEP =
            Pattern.compile("(?s)\\*\\*[^*\\n]+\\*\\*, (before|after) `([a-z-]+)`((?!\\*\\*|```).)*```yaml\\n(.*?)```");
    private static final Pattern PROPERTIES = Pattern.compile("(?s)```properties\\n(.*?)```");

    private final List<Change> changes = new ArrayList<>();
    private final Map<String, String> properties = new HashMap<>();

    /** Steps, and where they go. */
    private record Change(String side, String step, String yaml) {}

    private DocumentedChanges(String text) throws IOException {
        Matcher step = STEP.matcher(text);
        while (step.find()) {
            changes.add(new Change(step.group(1), step.group(2), step.group(4)));
        }
        Matcher lines = PROPERTIES.matcher(text);
        while (lines.find()) {
            Properties found = new Properties();
            found.load(new StringReader(lines.group(1)));
            found.stringPropertyNames().forEach(name -> properties.put(name, found.getProperty(name)));
        }
    }

    static DocumentedChanges read() {
        try {
            return new DocumentedChanges(Files.readString(DOCUMENT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> places() {
        return changes.stream()
                .map(change -> change.side() + " " + change.step())
                .toList();
    }

    Map<String, String> properties() {
        return properties;
    }

    /** All routes as one file. */
    static String routes() {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(ROUTES)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".camel.yaml") && !name.equals("beans.camel.yaml")) {
                    all.append(Files.readString(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toString();
    }

    /** The portal's routes with all of them. */
    String applied() {
        String routes = routes();
        for (Change change : changes) {
            routes = insert(routes, change.side(), change.step(), change.yaml());
        }
        return routes;
    }

    /** Routes with a piece of YAML beside the step of this id. */
    static String insert(String routes, String side, String step, String yaml) {
        Matcher found = Pattern.compile("(?m)^( *)- \\w+:\\n +id: " + step + "\\n(?:\\1 +.*\\n)*")
                .matcher(routes);
        if (!found.find()) {
            throw new AssertionError("no step has the id " + step);
        }
        int place = side.equals("before") ? found.start() : found.end();
        return routes.substring(0, place) + yaml.indent(found.group(1).length()) + routes.substring(place);
    }
}
