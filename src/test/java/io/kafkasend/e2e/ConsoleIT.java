package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.cli.CommandRun;
import io.kafkasend.cli.OutputSchema;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.RequestStart;
import io.kafkasend.protocol.ResponseError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The console's JSON and events over real HTTP, of a portal that works. */
@Timeout(240)
class ConsoleIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Stack stack;
    private static ManagementClient management;

    @BeforeAll
    static void start() throws Exception {
        stack = Stack.start(Map.of(
                "kafkasend.management-port", "0", "kafkasend.log-level", "WARN", "kafkasend.console-actions", "true"));
        management = ManagementClient.of(stack.portal);
        await().until(management::isReady);
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    private static JsonNode page(String path) throws Exception {
        HttpResponse<String> answer = management.send("GET", "/observe/console/" + path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static JsonNode job(String page, JobId id) throws Exception {
        return page(page + "?id=" + id).path("jobs").path(0);
    }

    private static void release() throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        String form = "grant_type=client_credentials&client_id=portal&client_secret=" + Stack.SECRET;
        HttpResponse<String> token = http.send(
                HttpRequest.newBuilder(stack.tokens.tokenUrl())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        http.send(
                HttpRequest.newBuilder(stack.api.url().resolve("/api/v1/hang/release"))
                        .header(
                                "Authorization",
                                "Bearer "
                                        + JSON.readTree(token.body())
                                                .get("access_token")
                                                .asText())
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.discarding());
    }

    @Test
    void aJobAppearsMovesAndEnds() throws Exception {
        // Given
        byte[] body = "a body of some bytes".getBytes(UTF_8);
        RequestStart start = RequestStart.builder(JobId.random(), 2, Method.POST, "/api/v1/hang?secret=xyz")
                .build();
        JobId id = start.jobId();

        // When
        stack.client.start(start);
        stack.client.chunk(id, 0, 2, body);

        // Then
        await().until(() -> job("jobs", id).path("chunks").asInt() == 1);
        JsonNode assembling = job("jobs", id);
        assertThat(assembling.get("state").asText()).isEqualTo("assembling");
        assertThat(assembling.get("total_chunks").asInt()).isEqualTo(2);
        assertThat(assembling.get("bytes").asInt()).isEqualTo(body.length);
        assertThat(assembling.get("method").asText()).isEqualTo("POST");
        assertThat(assembling.get("path").asText()).isEqualTo("/api/v1/hang");
        assertThat(assembling.get("client").asText()).isEqualTo("unsigned");
        await().until(() ->
                page("partitions").get("partitions").findValuesAsText("open").contains("2"));

        // When
        stack.client.chunk(id, 1, 2, body);

        // Then
        await().until(() -> job("jobs", id).path("state").asText().equals("calling"));
        assertThat(page("jobs").get("by_state").get("calling").asInt()).isPositive();

        // When
        await().until(() -> {
            release();
            return job("recent", id).path("ended").asText().equals("answered");
        });

        // Then
        JsonNode ended = job("recent", id);
        assertThat(ended.get("status").asInt()).isEqualTo(200);
        assertThat(ended.get("bytes_in").asInt()).isEqualTo(2 * body.length);
        assertThat(ended.get("bytes_out").asInt()).isPositive();
        assertThat(ended.get("attempts").asInt()).isEqualTo(1);
        assertThat(ended.get("ms").get("total").asLong())
                .isGreaterThanOrEqualTo(ended.get("ms").get("calling").asLong());
        assertThat(page("jobs?id=" + id).get("jobs")).isEmpty();
        int answered = 0;
        for (JsonNode minute : page("series").get("minutes")) {
            answered += minute.get("answered").asInt();
        }
        assertThat(answered).isPositive();
    }

    @Test
    void refusedAndFailedRequestsAreFoundByTheirCodes() throws Exception {
        // When
        JobId forbidden = stack.client.get("/forbidden/<script>alert(1)</script>");
        JobId notFound = stack.client.get("/api/v1/status/404");

        // Then
        await().until(() -> !job("recent", notFound).isMissingNode());
        await().until(() -> !job("recent", forbidden).isMissingNode());
        JsonNode refused = job("recent", forbidden);
        assertThat(refused.get("ended").asText()).isEqualTo("refused");
        assertThat(refused.get("code").asText()).startsWith("ENDPOINT_");
        assertThat(page("recent?code=404&id=" + notFound).get("found").asInt()).isEqualTo(1);
        assertThat(page("recent?code=5&id=" + notFound).get("found").asInt()).isZero();
        assertThat(page("recent?state=refused&client=unsigned&id=" + forbidden)
                        .get("found")
                        .asInt())
                .isEqualTo(1);
        assertThat(page("recent?client=somebody&id=" + forbidden).get("found").asInt())
                .isZero();
    }

    @Test
    void settingsAreInForceAndWithoutSecrets() throws Exception {
        // When
        String settings = management.send("GET", "/observe/console/settings").body();

        // Then
        assertThat(settings).doesNotContain(Stack.SECRET);
        JsonNode secret = setting("OAUTH2_CLIENT_SECRET");
        assertThat(secret.get("value").asText()).isEqualTo("***");
        assertThat(secret.get("default").asBoolean()).isFalse();
        assertThat(setting("PORTAL_ALLOWED_ENDPOINTS").get("value").asText()).isEqualTo(Stack.ALLOWED);
        assertThat(setting("KAFKA_MAX_POLL_RECORDS").get("default").asBoolean()).isTrue();
    }

    private static int act(JobId id, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                        + ManagementClient.port(stack.portal) + "/observe/console/jobs/" + id + "/cancel"))
                .POST(HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void anOperatorCancelsAJobThatIsAssembledAndItsClientIsTold() throws Exception {
        // Given
        RequestStart start = RequestStart.builder(JobId.random(), 2, Method.POST, "/api/v1/upload")
                .build();
        stack.client.start(start);
        await().until(() -> !job("jobs", start.jobId()).isMissingNode());

        // When
        int status = act(start.jobId(), "X-KafkaSend-Action", "cancel");

        // Then
        assertThat(status).isEqualTo(202);
        ResponseError error = stack.client.error(start.jobId());
        assertThat(error.code()).isEqualTo("CANCELLED");
        assertThat(error.message()).isEqualTo("the portal's operator cancelled the job");
        await().until(() -> job("recent", start.jobId()).path("ended").asText().equals("cancelled"));
        assertThat(act(start.jobId(), "X-KafkaSend-Action", "cancel")).isEqualTo(404);
        String metrics = management.send("GET", "/observe/metrics").body();
        assertThat(metrics).contains("reason=\"CANCELLED_BY_OPERATOR\"");
        await().until(() -> stack.lag() == 0);
    }

    @Test
    void anOperatorCancelsAJobThatIsCalledAndTheCallIsBrokenOff() throws Exception {
        // Given
        JobId id = stack.client.get("/api/v1/slow?seconds=60");
        await().until(() -> job("jobs", id).path("state").asText().equals("calling"));

        // When
        int status = act(id, "X-KafkaSend-Action", "cancel");

        // Then
        assertThat(status).isEqualTo(202);
        assertThat(stack.client.error(id).code()).isEqualTo("CANCELLED");
        await().until(() -> job("recent", id).path("code").asText().equals("CANCELLED"));
        await().until(() -> stack.lag() == 0);
    }

    @Test
    void noPageOfAnotherSiteCancelsAnything() throws Exception {
        // Given
        RequestStart start = RequestStart.builder(JobId.random(), 2, Method.POST, "/api/v1/upload")
                .build();
        stack.client.start(start);
        await().until(() -> !job("jobs", start.jobId()).isMissingNode());

        // When / Then
        assertThat(act(start.jobId())).as("without the header").isEqualTo(403);
        assertThat(act(start.jobId(), "X-KafkaSend-Action", "cancel", "Origin", "http://evil.example"))
                .isEqualTo(403);
        assertThat(act(start.jobId(), "X-KafkaSend-Action", "cancel", "Sec-Fetch-Site", "cross-site"))
                .isEqualTo(403);
        assertThat(act(start.jobId(), "X-KafkaSend-Action", "cancel", "Sec-Fetch-Site", "none"))
                .isEqualTo(403);
        assertThat(management
                        .send("OPTIONS", "/observe/console/jobs/" + start.jobId() + "/cancel")
                        .statusCode())
                .as("what a browser asks before it sends that header to another site")
                .isEqualTo(405);
        for (String path : List.of("", "/jobs", "/jobs/" + start.jobId(), "/jobs/x/cancel", "/settings")) {
            assertThat(management.send("POST", "/observe/console" + path).statusCode())
                    .as(path)
                    .isEqualTo(405);
        }
        assertThat(job("jobs", start.jobId()).path("state").asText()).isEqualTo("assembling");
        assertThat(act(start.jobId(), "X-KafkaSend-Action", "cancel")).isEqualTo(202);
    }

    private static String url() {
        return "http://127.0.0.1:" + ManagementClient.port(stack.portal);
    }

    @Test
    void topPrintsOnceWithoutATerminal() throws Exception {
        // Given
        RequestStart start = RequestStart.builder(JobId.random(), 3, Method.POST, "/api/v1/upload")
                .build();
        stack.client.start(start);
        await().until(() -> !job("jobs", start.jobId()).isMissingNode());

        // When
        CommandRun run = CommandRun.with(Map.of(), false, "", "top", "--url", url());
        CommandRun json = CommandRun.with(Map.of(), true, "", "top", "--json", "--url", url());

        // Then
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains(start.jobId().value(), "POST /api/v1/upload", "0/3", "api-requests-2", "work 0.")
                .doesNotContain("\u001b");
        assertThat(json.exitCode()).isZero();
        OutputSchema.require(json.out());
        assertThat(JSON.readTree(json.out()).get("jobs").findValuesAsText("id"))
                .contains(start.jobId().value());
        act(start.jobId(), "X-KafkaSend-Action", "cancel");
    }

    @Test
    void topGoesOnUntilItsKeyOnATerminalAndLeavesItAsItWas() {
        // When
        CommandRun run = CommandRun.with(Map.of("NO_COLOR", "1"), true, "xq", "top", "--url", url());

        // Then
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("\u001b[?1049h").endsWith("\u001b[?1049l");
        assertThat(run.out().split("q ends", -1))
                .as("pictures, at the beginning and after the key x")
                .hasSize(3);
    }

    @Test
    void topSaysInOneLineThatThereIsNoPortal() throws Exception {
        // Given
        String gone;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            gone = "http://127.0.0.1:" + socket.getLocalPort();
        }

        // When
        CommandRun run = CommandRun.with(Map.of(), true, "q", "top", "--url", gone);
        CommandRun json = CommandRun.with(Map.of(), false, "", "top", "--json", "--url", gone);
        CommandRun api = CommandRun.with(
                Map.of(), false, "", "top", "--url", stack.api.url().toString());
        CommandRun bad = CommandRun.with(Map.of(), false, "", "top", "--url", "127.0.0.1:9876");

        // Then
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("no portal is reached at " + gone).hasLineCount(1);
        assertThat(run.out()).isEmpty();
        assertThat(json.exitCode()).isEqualTo(1);
        OutputSchema.require(json.out());
        assertThat(JSON.readTree(json.out()).get("error_code").asText()).isEqualTo("NO_PORTAL");
        assertThat(api.exitCode()).isEqualTo(1);
        assertThat(api.err()).hasLineCount(1);
        assertThat(bad.exitCode()).isEqualTo(2);
    }

    private static JsonNode setting(String name) throws Exception {
        for (JsonNode setting : page("settings").get("settings")) {
            if (setting.get("name").asText().equals(name)) {
                return setting;
            }
        }
        throw new AssertionError("no setting " + name);
    }

    @Test
    void routesShowHowOftenTheirStepsWereComeTo() throws Exception {
        // When
        stack.client.get("/api/v1/status");

        // Then
        await().until(() -> step(page("routes"), "to-api").get("count").asInt() > 0);
        JsonNode routes = page("routes").get("routes");
        assertThat(routes.findValuesAsText("id")).contains("receive", "call", "respond", "authenticate", "to-api");
        assertThat(step(routes, "to-api").get("failed").asInt()).isZero();
        assertThat(routes.toString()).doesNotContain("bootstrap", "groupId");
        assertThat(routes.get(0).get("from").asText()).isEqualTo("kafka:api-requests");
        assertThat(List.of(0, 1, 2))
                .extracting(at -> routes.get(at).get("id").asText())
                .containsExactly("receive", "call", "respond");
    }

    private static JsonNode step(JsonNode within, String id) {
        if (id.equals(within.path("id").asText())) {
            return within;
        }
        for (JsonNode child : within) {
            JsonNode found = step(child, id);
            if (!found.isMissingNode()) {
                return found;
            }
        }
        return JSON.missingNode();
    }

    /** Reads a stream of events as a browser does. */
    private static final class Events implements AutoCloseable {
        private final Socket socket;
        final BlockingQueue<JsonNode> jobs = new LinkedBlockingQueue<>();
        final BlockingQueue<String> names = new LinkedBlockingQueue<>();
        volatile String status = "";
        volatile boolean ended;

        Events() throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), ManagementClient.port(stack.portal));
            socket.getOutputStream()
                    .write("GET /observe/console/events HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8));
            Thread reader = new Thread(this::read, "events");
            reader.setDaemon(true);
            reader.start();
        }

        private void read() {
            try {
                BufferedReader lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
                status = lines.readLine();
                String event = "";
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith("event: ")) {
                        event = line.substring(7);
                        names.add(event);
                    } else if (line.startsWith("data: ") && event.equals("jobs")) {
                        jobs.add(JSON.readTree(line.substring(6)));
                    }
                }
            } catch (IOException e) {
                // It was cut.
            } finally {
                ended = true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void eventsTellAtOnceAllAndThenWhatChangesForLongerThanOtherAnswersMayTake() throws Exception {
        try (Events events = new Events()) {
            assertThat(events.jobs.poll(1, TimeUnit.MINUTES).get("whole").asBoolean())
                    .isTrue();

            // When
            await().pollDelay(12, TimeUnit.SECONDS).until(() -> !events.ended);
            JobId id = stack.client.get("/api/v1/status");

            // Then
            await().until(() -> events.jobs.stream()
                    .flatMap(told -> told.get("ended").findValuesAsText("id").stream())
                    .anyMatch(id.value()::equals));
            assertThat(events.status).startsWith("HTTP/1.1 200 ");
            assertThat(events.names).contains("series", "partitions", "routes");
        }
    }

    @Test
    void onlySoManyMayListenAndThoseWhoLeaveMakeRoom() throws Exception {
        // Given
        List<Events> all = new ArrayList<>();
        try {
            while (all.size() < 8) {
                all.add(listening());
            }

            // When
            try (Events tooMany = new Events()) {
                // Then
                await().until(() -> tooMany.status.startsWith("HTTP/1.1 503 "));
            }
            assertThat(management.isReady()).isTrue();
        } finally {
            for (Events events : all) {
                events.close();
            }
        }
        listening().close();
    }

    /** A stream that was taken: those that have just left still count for a moment. */
    private static Events listening() throws IOException {
        for (long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1); System.nanoTime() < end; ) {
            Events events = new Events();
            await().until(() -> !events.status.isEmpty());
            if (events.status.startsWith("HTTP/1.1 200 ")) {
                return events;
            }
            events.close();
        }
        throw new AssertionError("nobody else may listen");
    }

    @Test
    void pagesOfOthersGetNothing() throws Exception {
        // Given
        URI jobs = URI.create("http://127.0.0.1:" + ManagementClient.port(stack.portal) + "/observe/console/jobs");

        // When
        HttpResponse<String> cross = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(jobs)
                                .header("Sec-Fetch-Site", "cross-site")
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> page = management.send("GET", "/observe/console");
        HttpResponse<String> post = management.send("POST", "/observe/console/jobs");
        HttpResponse<String> unknown = management.send("GET", "/observe/console/../health");

        // Then
        assertThat(cross.statusCode()).isEqualTo(403);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValue("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
                        + " base-uri 'none'; frame-ancestors 'none'; form-action 'none'");
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=UTF-8");
        assertThat(page.body()).doesNotContain("<style", "style=", "onclick", "http://", "https://");
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(unknown.statusCode()).isEqualTo(404);
    }
}
