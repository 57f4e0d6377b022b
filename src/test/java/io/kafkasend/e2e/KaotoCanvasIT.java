package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The routes in Kaoto itself, in a real Chromium: what its canvas shows of them, and what a save leaves. With
 * {@code -Dscreenshots=docs/integrate/kaoto} it leaves a picture of each route there.
 */
@Tag("kaoto")
@Timeout(600)
class KaotoCanvasIT {
    private static final Path SOURCE = Path.of("docs/tools/kaoto-canvas");
    private static final Path PROJECT = Path.of("target/kaoto-canvas").toAbsolutePath();
    private static final Path ROUTES = Path.of("src/main/resources/routes");
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String EDIT = "§dited";
    private static final int BACKSPACE = 8;
    private static final int WIDTH = 1800;
    private static final int HEIGHT = 1400;

    private static final String LABEL = ".custom-node__label__text span, .custom-group__container__text span";

    /** Each box's label, and whether its title is seen: not cut off, nor replaced by dots where the rest is cut off. */
    private static final String LABELS = """
            JSON.stringify([...document.querySelectorAll('%s')].map(span => {
              const label = span.textContent, title = document.createRange();
              title.setStart(span.firstChild, 0);
              title.setEnd(span.firstChild, label.indexOf(':') + 1);
              let room = span;
              while (getComputedStyle(room).overflowX === 'visible') room = room.parentElement;
              const { left, right } = room.getBoundingClientRect(), shown = title.getBoundingClientRect();
              const dots = room.scrollWidth > room.clientWidth ? parseFloat(getComputedStyle(span).fontSize) : 0;
              return { label, seen: shown.width > 0 && shown.left >= left - 1 && shown.right + dots <= right + 1 };
            }))""".formatted(LABEL);

    private static final String PICTURE = """
            (() => {
              const boxes = [...document.querySelectorAll('[data-testid^=custom-group__], [data-testid^=custom-node__]')]
                .map(box => box.getBoundingClientRect());
              const x = Math.min(...boxes.map(box => box.left)) - 16, y = Math.min(...boxes.map(box => box.top)) - 16;
              return JSON.stringify({ x, y, scale: 1,
                width: Math.max(...boxes.map(box => box.right)) + 16 - x,
                height: Math.max(...boxes.map(box => box.bottom)) + 16 - y });
            })()""";

    @TempDir
    static Path directory;

    private static FileServer server;
    private static Chromium browser;

    /** A file of routes, by its name below the routes' folder. */
    record Routes(Path path) {
        String text() throws IOException {
            return Files.readString(path);
        }

        boolean hasRoutes() throws IOException {
            return !text().contains("\n- beans:");
        }

        /** The titles and what follows them, of the routes, their steps and branches. */
        List<String> descriptions() throws IOException {
            return YAML.readTree(text()).findValuesAsText("description");
        }

        @Override
        public String toString() {
            return ROUTES.relativize(path).toString();
        }
    }

    static List<Routes> files() throws IOException {
        try (Stream<Path> files = Files.walk(ROUTES)) {
            return files.filter(file -> file.toString().endsWith(".camel.yaml"))
                    .sorted()
                    .map(Routes::new)
                    .toList();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.start(directory.resolve("chromium"));
        NodeProject node = NodeProject.install(SOURCE, PROJECT, directory, "the routes are not opened in Kaoto");
        ProcessRun build = node.run("node_modules/vite/bin/vite.js", List.of("build", PROJECT.toString()));
        assertThat(build.exitCode()).as(build.output()).isZero();
        server = FileServer.start(Map.of(
                "/", PROJECT.resolve("dist"),
                "/camel-catalog/", PROJECT.resolve("node_modules/@kaoto/kaoto/lib/camel-catalog")));
        browser.look(WIDTH, HEIGHT, false);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void theCanvasShowsTheTitleOfEachStep(Routes routes) throws Exception {
        // When
        open(routes);
        List<String> shown = new ArrayList<>();
        for (JsonNode label : labels()) {
            assertThat(label.get("seen").asBoolean())
                    .as("title seen: " + label.get("label").asText())
                    .isTrue();
            shown.add(label.get("label").asText());
        }

        // Then
        assertThat(shown).containsExactlyInAnyOrderElementsOf(routes.hasRoutes() ? routes.descriptions() : List.of());
        assertThat(browser.said()).as("errors of Kaoto").isEmpty();
        takePicture(routes);
    }

    @ParameterizedTest
    @MethodSource("files")
    void aSaveAfterEditsThatWereTakenBackLeavesTheFileAsItWas(Routes routes) throws Exception {
        // Given
        open(routes);
        List<String> forms = new ArrayList<>();
        labels().forEach(label -> forms.add(label.get("label").asText()));
        if (!routes.hasRoutes()) {
            forms.add("the first bean");
        }

        for (String form : forms) {
            String field = routes.hasRoutes() ? showStep(form) : showFirstBean();
            browser.run("document.querySelector(" + quoted(field) + ").focus()");

            // When
            browser.ask("Input.insertText", Map.of("text", EDIT));
            await().atMost(PATIENCE).until(() -> saved().contains(EDIT));
            for (int letter = 0; letter < EDIT.length(); letter++) {
                backspace();
            }

            // Then
            await().atMost(PATIENCE).until(() -> !saved().contains(EDIT.substring(0, 1)));
            assertThat(saved()).as("after an edit of " + form).isEqualTo(routes.text());
        }
    }

    /** In a page of its own, without what was edited before. */
    private static void open(Routes routes) throws Exception {
        browser.show("about:blank");
        browser.show(server.url() + "/index.html");
        await().atMost(PATIENCE).until(() -> browser.run("!!window.kaoto").asBoolean());
        browser.run("kaoto.ready");
        browser.run(
                "kaoto.open(" + quoted(routes.path().getFileName().toString()) + ", " + quoted(routes.text()) + ")");
        if (routes.hasRoutes()) {
            await().atMost(PATIENCE).until(() -> !labels().isEmpty());
        } else {
            await().atMost(PATIENCE)
                    .until(() -> browser.run("document.body.innerText.includes('There are no routes defined')")
                            .asBoolean());
        }
    }

    private static JsonNode labels() throws Exception {
        return JSON.readTree(browser.run(LABELS).asText());
    }

    private static String saved() throws Exception {
        return browser.run("kaoto.saves.at(-1) ?? ''").asText();
    }

    /** Opens the form of a box of the canvas, and gives its field for the description. */
    private static String showStep(String label) throws Exception {
        // Boxes change their order when one is selected.
        click("[...document.querySelectorAll(" + quoted(LABEL) + ")].find(span => span.textContent === " + quoted(label)
                + ")");
        String field = "[name='#.description']";
        await().atMost(PATIENCE).until(() -> {
            browser.run(
                    "[...document.querySelectorAll('button')].find(button => button.textContent === 'All')?.click()");
            return exists(field)
                    && browser.run("document.querySelector(" + quoted(field) + ").value")
                            .asText()
                            .equals(label);
        });
        return field;
    }

    private static String showFirstBean() throws Exception {
        browser.run("document.querySelector('[data-testid=beans-tab]').click()");
        String row = "[data-testid=metadata-row-0] td";
        await().atMost(PATIENCE).until(() -> exists(row));
        click("document.querySelector(" + quoted(row) + ")");
        String field = "[name='#.name']:not([disabled])";
        await().atMost(PATIENCE).until(() -> exists(field));
        return field;
    }

    private static boolean exists(String selector) throws Exception {
        return browser.run("!!document.querySelector(" + quoted(selector) + ")").asBoolean();
    }

    private static void click(String element) throws Exception {
        browser.run(element + ".dispatchEvent(new MouseEvent('click', { bubbles: true }))");
    }

    private static void backspace() throws Exception {
        for (String type : List.of("rawKeyDown", "keyUp")) {
            browser.ask(
                    "Input.dispatchKeyEvent",
                    Map.of("type", type, "key", "Backspace", "code", "Backspace", "windowsVirtualKeyCode", BACKSPACE));
        }
    }

    private static void takePicture(Routes routes) throws Exception {
        String to = System.getProperty("screenshots");
        if (to == null || to.isEmpty() || !routes.hasRoutes()) {
            return;
        }
        browser.look(WIDTH, HEIGHT, false);
        browser.run("document.querySelector('#reset-view').click()");
        await().atMost(PATIENCE).until(() -> picture().path("x").asDouble() > 0);
        JsonNode drawn = picture();
        Path file = Path.of(to, routes.toString().replace('/', '-').replace(".camel.yaml", ".png"));
        Files.createDirectories(file.getParent());
        Files.write(
                file,
                Base64.getDecoder()
                        .decode(browser.ask("Page.captureScreenshot", Map.of("format", "png", "clip", drawn))
                                .get("data")
                                .asText()));
    }

    /** Where all boxes of the canvas are. */
    private static JsonNode picture() throws Exception {
        return JSON.readTree(browser.run(PICTURE).asText());
    }

    private static String quoted(String text) throws IOException {
        return JSON.writeValueAsString(text);
    }
}
