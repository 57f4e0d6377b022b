package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console's page in a real Chromium, of a real portal. With {@code -Dscreenshots=docs/operate} it leaves pictures of the page
 * there.
 */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsolePageIT {
    private static final String AXE = "/axe.min.js";

    @TempDir
    static Path directory;

    private static Stack stack;
    private static Chromium browser;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.start(directory);
        stack = Stack.start(Map.of(
                "kafkasend.management-port", "0",
                "kafkasend.log-level", "ERROR",
                "kafkasend.console-actions", "true",
                "kafkasend.max-assembling-jobs", "2000",
                "kafkasend.max-concurrent-jobs", "4",
                "kafkasend.retry-max-attempts", "1"));
        await().until(ManagementClient.of(stack.portal)::isReady);
        url = "http://127.0.0.1:" + ManagementClient.port(stack.portal) + "/observe/console";
        browser.look(1280, 1500, false);
        browser.show(url);
        await().until(() -> text("#link").equals("live"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (stack != null) {
            stack.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    private static String text(String selector) throws Exception {
        return browser.run("document.querySelector(" + quoted(selector) + ")?.innerText ?? ''")
                .asText();
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /** A row's text, by its job. */
    private static String row(String table, JobId id) throws Exception {
        return browser.run("[...document.querySelectorAll('#" + table + " tbody tr')].find(row =>"
                        + " row.textContent.includes('" + id + "'))?.innerText ?? ''")
                .asText();
    }

    private static int rows(String table) throws Exception {
        return browser.run("document.querySelectorAll('#" + table + " tbody tr').length")
                .asInt();
    }

    private static RequestStart assembling(int chunks, String endpoint) {
        RequestStart start = RequestStart.builder(JobId.random(), chunks, Method.POST, endpoint)
                .build();
        stack.client.start(start);
        return start;
    }

    private static void chunks(RequestStart start, int from, int to) {
        for (int i = from; i < to; i++) {
            stack.client.chunk(start.jobId(), i, start.totalChunks(), "some bytes of a body".getBytes(UTF_8));
        }
    }

    @Test
    @Order(1)
    void aJobAppearsMovesAndEnds() throws Exception {
        // When
        RequestStart start = assembling(40, "/api/v1/upload");
        chunks(start, 0, 12);

        // Then
        await().until(() -> row("now-table", start.jobId()).contains("12 of 40"));
        assertThat(row("now-table", start.jobId())).contains("assembling", "POST /api/v1/upload", "unsigned");
        assertThat(text("#tiles .t-assembling dd")).isEqualTo("1");

        // When
        chunks(start, 12, 30);

        // Then
        await().until(() -> row("now-table", start.jobId()).contains("30 of 40"));

        // When
        chunks(start, 30, 40);

        // Then
        await().until(() -> row("ended-table", start.jobId()).contains("200"));
        await().until(() -> row("now-table", start.jobId()).isEmpty());
        await().until(() -> browser.run("document.querySelectorAll('#plot-answered rect').length")
                        .asInt()
                > 0);
        assertThat(rows("partition-table")).isEqualTo(3);
        assertThat(browser.run("document.querySelectorAll('.step').length").asInt())
                .isGreaterThan(20);
        assertThat(text("#setting-table"))
                .contains("OAUTH2_CLIENT_SECRET", "***")
                .doesNotContain(Stack.SECRET);
        assertThat(browser.said()).isEmpty();
    }

    @Test
    @Order(2)
    void hostileNamesAreTextAndRunNothing() throws Exception {
        // When
        JobId refused = stack.client.get("/\"><img/src=x/onerror=alert(1)><script>alert(2)</script>");
        RequestStart bad = RequestStart.builder(JobId.random(), 0, Method.GET, "/api/v1/\u202e<svg onload=alert(3)>")
                .build();
        stack.client.start(bad);

        // Then
        await().until(() -> row("ended-table", refused).contains("<img/src=x/onerror=alert(1)>"));
        await().until(() -> row("ended-table", bad.jobId()).contains("\\u202e<svg onload=alert(3)>"));
        assertThat(browser.run("document.querySelectorAll('main img, main script').length")
                        .asInt())
                .isZero();
        assertThat(browser.said()).isEmpty();
    }

    @Test
    @Order(3)
    void theFilterHoldsForBothTables() throws Exception {
        // Given
        JobId notFound = stack.client.get("/api/v1/status/404");
        RequestStart open = assembling(2, "/api/v1/upload");
        await().until(() -> !row("ended-table", notFound).isEmpty());
        await().until(() -> !row("now-table", open.jobId()).isEmpty());

        // When
        set("code", "404");

        // Then
        await().until(() -> rows("ended-table") == 1);
        assertThat(rows("now-table")).isZero();

        // When
        set("code", "");
        set("state", "assembling");

        // Then
        await().until(() -> rows("now-table") == 1);
        assertThat(rows("ended-table")).isZero();
        browser.run("document.querySelector('#filter button').click()");
        await().until(() -> rows("ended-table") > 1);
        chunks(open, 0, 2);
    }

    private static void set(String name, String value) throws Exception {
        browser.run("{ const field = document.querySelector('#filter [name=" + name + "]'); field.value = '" + value
                + "'; field.dispatchEvent(new Event('input', { bubbles: true })); }");
    }

    /** Presses and releases a key, as a person does. */
    private static void press(String key, int code, String text) throws Exception {
        browser.ask(
                "Input.dispatchKeyEvent",
                Map.of("type", "keyDown", "key", key, "code", key, "windowsVirtualKeyCode", code, "text", text));
        browser.ask(
                "Input.dispatchKeyEvent",
                Map.of("type", "keyUp", "key", key, "code", key, "windowsVirtualKeyCode", code));
    }

    private static String focused() throws Exception {
        return browser.run("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText")
                .asText();
    }

    @Test
    @Order(4)
    void aJobIsCancelledByKeyboardAndNotWithoutAQuestion() throws Exception {
        // Given
        RequestStart above = assembling(2, "/api/v1/upload");
        await().until(() -> !row("now-table", above.jobId()).isEmpty());
        RequestStart open = assembling(5, "/api/v1/upload");
        String button = "Cancel job " + open.jobId();
        await().until(() -> row("now-table", open.jobId()).contains("Cancel"));
        browser.run("document.querySelector('[aria-label=\"" + button + "\"]').focus()");

        // When
        chunks(above, 0, 2);

        // Then: what moves up keeps the focus
        await().until(() -> row("now-table", above.jobId()).isEmpty());
        assertThat(focused()).isEqualTo(button);

        // When
        press("Enter", 13, "\r");

        // Then
        await().until(() -> focused().equals("Keep it"));
        assertThat(text("#cancel")).contains(open.jobId().value(), "/api/v1/upload");

        // When
        press("Escape", 27, "");

        // Then
        await().until(() -> focused().equals(button));
        assertThat(row("now-table", open.jobId())).contains("assembling");

        // When
        press("Enter", 13, "\r");
        await().until(() -> focused().equals("Keep it"));
        press("Tab", 9, "");
        assertThat(focused()).isEqualTo("Cancel the job");
        press("Enter", 13, "\r");

        // Then
        await().until(() -> row("ended-table", open.jobId()).contains("CANCELLED"));
        assertThat(text("#acted")).isEqualTo("Job " + open.jobId() + " is cancelled");
        assertThat(stack.client.error(open.jobId()).code()).isEqualTo("CANCELLED");
        assertThat(browser.said()).isEmpty();
    }

    @Test
    @Order(5)
    void aPausedPageStandsStillAndThenCatchesUp() throws Exception {
        // Given
        browser.run("document.querySelector('#pause').click()");
        assertThat(text("#link")).startsWith("paused at");

        // When
        JobId id = stack.client.get("/api/v1/status");
        ManagementClient management = ManagementClient.of(stack.portal);
        await().until(() -> management
                .send("GET", "/observe/console/recent?id=" + id)
                .body()
                .contains("\"answered\""));

        // Then
        assertThat(row("ended-table", id)).isEmpty();
        browser.run("document.querySelector('#pause').click()");
        await().until(() -> !row("ended-table", id).isEmpty());
    }

    @Test
    @Order(6)
    void nobodyIsShutOut() throws Exception {
        // Given
        RequestStart open = assembling(10, "/api/v1/upload");
        chunks(open, 0, 4);
        await().until(() -> row("now-table", open.jobId()).contains("4 of 10"));
        try (InputStream axe = ConsolePageIT.class.getResourceAsStream(AXE)) {
            browser.run(new String(axe.readAllBytes(), UTF_8) + "; 'loaded'");
        }
        for (boolean dark : List.of(false, true)) {
            for (int width : List.of(1280, 390)) {
                for (boolean asked : List.of(false, true)) {
                    // When: with and without the question that stands before all else
                    browser.look(width, 900, dark);
                    browser.run("document.querySelector('#cancel')." + (asked ? "showModal" : "close") + "()");
                    JsonNode violations = browser.run(
                            "axe.run(document, { resultTypes: ['violations'] }).then(found => found.violations.map("
                                    + "one => one.id + ': ' + one.nodes.map(node => node.target + ' ' +"
                                    + " node.failureSummary)))");

                    // Then
                    assertThat(violations)
                            .as("dark %s, width %d, asked %s", dark, width, asked)
                            .isEmpty();
                    assertThat(browser.run("document.documentElement.scrollWidth")
                                    .asInt())
                            .as("no page that scrolls sideways")
                            .isLessThanOrEqualTo(width);
                }
            }
        }
        browser.run("document.querySelector('#cancel').close()");
        browser.look(1280, 1500, false);
        chunks(open, 4, 10);
    }

    @Test
    @Order(7)
    void picturesAreTakenWhereTheyAreAskedFor() throws Exception {
        String to = System.getProperty("screenshots");
        assumeTrue(to != null && !to.isEmpty(), "no -Dscreenshots");
        for (int i = 0; i < 30; i++) {
            stack.client.get("/api/v1/documents/report-" + i + "?size=" + i * 9_000);
        }
        for (String endpoint : List.of("/api/v1/status/503", "/api/v1/status/404", "/internal/admin")) {
            stack.client.get(endpoint);
        }
        int[] all = {40, 12, 120, 8};
        for (int total : all) {
            chunks(assembling(total, "/api/v1/upload"), 0, total * 2 / 3);
        }
        for (int i = 0; i < 7; i++) {
            stack.client.get("/api/v1/slow?seconds=25");
        }
        await().until(() -> text("#tiles .t-calling dd").equals("4"));
        await().until(() -> browser.run("document.querySelectorAll('#plot-errors rect').length")
                        .asInt()
                > 1);
        await().until(() ->
                browser.run("parseInt(document.querySelector('#plot-answered svg').getAttribute('aria-label')"
                                        + ".replace(/\\D+/, ''))")
                                .asInt()
                        >= 30);
        for (boolean dark : List.of(false, true)) {
            browser.look(1280, 1320, dark);
            browser.run("scrollTo(0, 0)");
            Files.write(Path.of(to, dark ? "console-dark.png" : "console-light.png"), browser.screenshot());
        }
        browser.look(390, 844, false);
        Files.write(Path.of(to, "console-phone.png"), browser.screenshot());
        browser.look(1280, 1320, false);
        browser.run("document.querySelector('#partitions').scrollIntoView()");
        Files.write(Path.of(to, "console-routes.png"), browser.screenshot());
        await().until(() -> text("#tiles .t-calling dd").equals("0"));
    }

    @Test
    @Order(8)
    void aThousandJobsAreShownAndTakeLessThanFiftyMegabytes() throws Exception {
        // Given
        browser.show(url);
        await().until(() -> text("#link").equals("live"));
        long before = browser.memoryBytes();
        for (int i = 0; i < 1_000; i++) {
            assembling(3, "/api/v1/upload?number=" + i);
        }
        ManagementClient management = ManagementClient.of(stack.portal);
        await().until(() ->
                management.send("GET", "/observe/console/jobs").body().contains("\"open\":100"));

        // When
        browser.show("about:blank");
        Map<Long, Long> worked = browser.cpuMillis();
        browser.show(url);
        double millis = browser.run("new Promise(done => { const look = () =>"
                        + " document.querySelector('#now-count')?.textContent.startsWith('1,00')"
                        + " ? requestAnimationFrame(() => done(performance.now())) : setTimeout(look, 10);"
                        + " look(); })")
                .asDouble();
        long work = browser.cpuMillis().entrySet().stream()
                .mapToLong(process -> process.getValue() - worked.getOrDefault(process.getKey(), 0L))
                .max()
                .orElseThrow();
        long bytes = browser.memoryBytes() - before;

        // Then: how long it takes hangs on the machine, and is told only
        System.out.println(
                "the console shows 1,000 jobs after " + Math.round(millis) + " ms, for which it works " + work
                        + " ms, and takes "
                        + bytes / 1024 / 1024 + " MiB more for them");
        assertThat(rows("now-table")).isEqualTo(200);
        assertThat(bytes).isLessThan(50L * 1024 * 1024);

        // When
        browser.run("document.querySelector('#now-more').click()");

        // Then
        await().until(() -> rows("now-table") == 400);
        assertThat(browser.said()).isEmpty();
    }
}
