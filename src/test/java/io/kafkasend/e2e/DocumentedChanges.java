package io.kafkasend.e2e;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The changes of the pipeline that a document shows, each with its place in the routes, and the files that go beside them. */
final class DocumentedChanges {
    private static final Path DOCUMENT = Path.of("docs/integrate/change-the-pipeline.md");
    private static final Path WORKED = Path.of("docs/integrate/worked-changes.md");
    static final Path ROUTES = Path.of("src/main/resources/routes/portal");
    private static final Pattern STEP =
            Pattern.compile("(?s)\\*\\*[^*\\n]+\\*\\*, (before|after) `([a-z-]+)`((?!\\*\\*|```).)*```yaml\\n(.*?)```");
    private static final Pattern WORKED_STEP =
            Pattern.compile("(?s)\\*\\*(Before|After|In place of) `([a-z-]+)`\\*\\*:\\n\\n```yaml\\n(.*?)```");
    private static final Pattern FILE = Pattern.compile("(?s)\\*\\*`([\\w.]+)`\\*\\*:\\n\\n```\\w+\\n(.*?)```");
    private static final Pattern PROPERTIES = Pattern.compile("(?s)```properties\\n(.*?)```");

    private final List<Change> changes = new ArrayList<>();
    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> files = new LinkedHashMap<>();

    /** Steps, and where they go. */
    private record Change(String side, String step, String yaml) {}

    private DocumentedChanges(String text) throws IOException {
        Matcher worked = WORKED_STEP.matcher(text);
        while (worked.find()) {
            changes.add(new Change(worked.group(1).toLowerCase(Locale.ROOT), worked.group(2), worked.group(3)));
        }
        Matcher file = FILE.matcher(text);
        while (file.find()) {
            files.put(file.group(1), file.group(2));
        }
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

    /** That of one section of the worked changes. */
    static DocumentedChanges worked(String heading) {
        try {
            String text = Files.readString(WORKED);
            int begin = text.indexOf("\n## " + heading + "\n");
            int end = text.indexOf("\n## ", begin + 1);
            if (begin < 0 || end < 0) {
                throw new AssertionError(WORKED + " has no section " + heading + " with another behind it");
            }
            return new DocumentedChanges(text.substring(begin, end));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Name to content of the files that go beside the routes. */
    Map<String, String> files() {
        return files;
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
        return applied(routes());
    }

    /** These routes with all of them, as far as their places are in these. */
    String applied(String some) {
        String routes = some;
        for (Change change : changes) {
            if (routes.contains(" id: " + change.step() + "\n")) {
                routes = insert(routes, change.side(), change.step(), change.yaml());
            }
        }
        return routes;
    }

    /** Routes with a piece of YAML beside the step of this id, or in its place. */
    static String insert(String routes, String side, String step, String yaml) {
        Matcher found = Pattern.compile("(?m)^( *)- \\w+:\\n +id: " + step + "\\n(?:\\1 +.*\\n)*")
                .matcher(routes);
        if (!found.find()) {
            throw new AssertionError("no step has the id " + step);
        }
        int begin = side.equals("after") ? found.end() : found.start();
        int end = side.equals("before") ? found.start() : found.end();
        return routes.substring(0, begin) + yaml.indent(found.group(1).length()) + routes.substring(end);
    }
}
