package io.kafkasend.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** A real Chromium with one page, spoken to in its DevTools protocol, without a driver. */
final class Chromium implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final long SECONDS = 60;

    private final Process process;
    private final WebSocket socket;
    private final Map<Integer, CompletableFuture<JsonNode>> asked = new ConcurrentHashMap<>();
    private final AtomicInteger ids = new AtomicInteger();
    /** What the page wrote to its console, and dialogs that it opened. */
    private final List<String> said = new CopyOnWriteArrayList<>();

    private String session;

    private Chromium(Process process, URI url) {
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(url, new Answers())
                .join();
    }

    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                hear(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    private void hear(String message) {
        try {
            JsonNode heard = JSON.readTree(message);
            if (heard.has("id")) {
                asked.remove(heard.get("id").asInt()).complete(heard);
            } else if (heard.path("method")
                    .asText()
                    .matches("Log.entryAdded|Runtime.exceptionThrown|Page.javascriptDialogOpening")) {
                said.add(heard.toString());
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Starts one.
     *
     * @throws TestAbortedException where there is none on this machine, unless {@code DEBIAN_TOOLS_REQUIRED} says that there has to be
     */
    static Chromium start(Path directory) throws Exception {
        Optional<Path> program = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .flatMap(place -> NAMES.stream().map(name -> Path.of(place, name)))
                .filter(Files::isExecutable)
                .findFirst();
        if (program.isEmpty()) {
            String line = "pages are not looked at in a browser: there is no " + String.join(", ", NAMES);
            if ("true".equals(System.getenv("DEBIAN_TOOLS_REQUIRED"))) {
                throw new AssertionError(line);
            }
            System.out.println(line);
            throw new TestAbortedException(line);
        }
        Process process = new ProcessBuilder(
                        program.get().toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--hide-scrollbars",
                        "--disable-renderer-backgrounding",
                        "--disable-backgrounding-occluded-windows",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + directory,
                        "about:blank")
                .redirectErrorStream(true)
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String mark = "DevTools listening on ";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(mark)) {
                Chromium browser = new Chromium(process, URI.create(line.substring(mark.length())));
                Thread rest = new Thread(() -> lines.lines().forEach(said -> {}), "chromium");
                rest.setDaemon(true);
                rest.start();
                browser.open();
                return browser;
            }
        }
        throw new AssertionError("Chromium does not start: exit code " + process.waitFor());
    }

    private void open() throws Exception {
        JsonNode target = ask("Target.createTarget", Map.of("url", "about:blank"));
        session = ask(
                        "Target.attachToTarget",
                        Map.of("targetId", target.get("targetId").asText(), "flatten", true))
                .get("sessionId")
                .asText();
        for (String domain : List.of("Page", "Runtime", "Log", "Performance")) {
            ask(domain + ".enable", Map.of());
        }
        // A page in the background draws nothing, and has no focus to give.
        ask("Page.bringToFront", Map.of());
        ask("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
    }

    /** One command of the protocol. */
    JsonNode ask(String method, Map<String, ?> parameters) throws Exception {
        int id = ids.incrementAndGet();
        ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
        command.set("params", JSON.valueToTree(parameters));
        if (session != null) {
            command.put("sessionId", session);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        asked.put(id, answer);
        socket.sendText(command.toString(), true).join();
        JsonNode heard = answer.get(SECONDS, TimeUnit.SECONDS);
        if (heard.has("error")) {
            throw new AssertionError(method + ": " + heard.get("error"));
        }
        return heard.get("result");
    }

    /** A script's value; a promise is waited for. */
    JsonNode run(String script) throws Exception {
        JsonNode result =
                ask("Runtime.evaluate", Map.of("expression", script, "awaitPromise", true, "returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(result.get("exceptionDetails").toString());
        }
        return result.get("result").path("value");
    }

    void show(String url) throws Exception {
        ask("Page.navigate", Map.of("url", url));
    }

    /** Sets the page's size in CSS pixels, and which theme the system has. */
    void look(int width, int height, boolean dark) throws Exception {
        ask(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        ask(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    byte[] screenshot() throws Exception {
        return Base64.getDecoder()
                .decode(ask("Page.captureScreenshot", Map.of("format", "png"))
                        .get("data")
                        .asText());
    }

    /** How much memory the process of the page has for itself, in bytes, after what is not needed has gone. */
    long memoryBytes() throws Exception {
        ask("HeapProfiler.collectGarbage", Map.of());
        long most = 0;
        for (long id : cpuMillis().keySet()) {
            most = Math.max(most, anonymousBytes(id));
        }
        return most;
    }

    /** How long pages' processes have worked, by their ids. */
    Map<Long, Long> cpuMillis() throws Exception {
        String page = session;
        session = null; // the browser itself knows its processes
        try {
            Map<Long, Long> worked = new HashMap<>();
            for (JsonNode process : ask("SystemInfo.getProcessInfo", Map.of()).get("processInfo")) {
                if (process.get("type").asText().equals("renderer")) {
                    worked.put(
                            process.get("id").asLong(),
                            Math.round(process.get("cpuTime").asDouble() * 1_000));
                }
            }
            return worked;
        } finally {
            session = page;
        }
    }

    private static long anonymousBytes(long id) throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(id), "status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    /** Errors and dialogs of the page. */
    List<String> said() {
        return new ArrayList<>(said);
    }

    @Override
    public void close() {
        session = null;
        try {
            ask("Browser.close", Map.of());
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        } catch (Exception e) {
            process.destroyForcibly();
            throw new AssertionError("Chromium did not close", e);
        }
    }
}
