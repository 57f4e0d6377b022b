package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kafkasend.client.Answer;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.protocol.ResponseStart;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which headers cross a whole portal, seen at a raw socket and on the records, with an operator who lists too much. */
class HeadersIT {
    /** Every prefix of one letter. */
    private static final String CARELESS =
            IntStream.rangeClosed('a', 'z').mapToObj(c -> (char) c + "*").collect(Collectors.joining(","));

    private static final String ANSWER = String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "Content-Length: 2",
            "Content-Type: text/plain",
            "Connection: close, ETag",
            "ETag: \"nominated\"",
            "Keep-Alive: timeout=5",
            "Proxy-Authenticate: Basic realm=\"canary-back\"",
            "Proxy-Connection: canary-back",
            "Proxy-Authentication-Info: canary-back",
            "TE: canary-back",
            "Trailer: canary-back",
            "Upgrade: canary-back",
            "Set-Cookie: session=canary-back",
            "SET-COOKIE: second=canary-back",
            "Set-Cookie2: canary-back",
            "WWW-Authenticate: Bearer realm=\"canary-back\"",
            "Authentication-Info: canary-back",
            "Authorization: Bearer canary-back",
            "CamelHttpUri: http://canary-back/",
            "kafka.TOPIC: canary-back",
            "X-Correlation-ID: a\u0001canary-back",
            "X-Internal-Host: canary-back",
            "Server: canary-back",
            "X-Request-ID: r-1",
            "",
            "ok");

    private static EmbeddedBroker broker;
    private static TokenServer tokens;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start();
        tokens = TokenServer.start("portal", Stack.SECRET);
    }

    @AfterAll
    static void stop() {
        tokens.close();
        broker.close();
    }

    /** A portal on topics of its own. */
    private static Portal portal(String name, ScriptedApi api, Map<String, String> overrides) throws Exception {
        broker.createTopic(name + "-requests", 1);
        broker.createTopic(name + "-responses", 1);
        Map<String, String> settings = new HashMap<>(Stack.settings(broker, tokens));
        settings.put("kafkasend.target-api-url", api.url());
        settings.put("kafkasend.request-topic", name + "-requests");
        settings.put("kafkasend.response-topic", name + "-responses");
        settings.put("kafkasend.consumer-group", name);
        settings.putAll(overrides);
        return Portal.start(settings);
    }

    private static WireClient client(String name) {
        return new WireClient(broker.bootstrapServers(), name + "-requests", name + "-responses");
    }

    private static List<JsonNode> corpus() throws Exception {
        List<JsonNode> entries = new ArrayList<>();
        try (var stream = HeadersIT.class.getResourceAsStream("/corpora/headers-hostile.json")) {
            new ObjectMapper().readTree(stream).forEach(entries::add);
        }
        return entries;
    }

    /** A START whose headers are this JSON. */
    private static byte[] start(JobId id, String headers) {
        return ("{\"job_id\":\"" + id + "\",\"message_type\":\"START\",\"total_chunks\":0,\"method\":\"GET\","
                        + "\"endpoint\":\"/api/v1/x\",\"headers\":" + headers + "}")
                .getBytes(UTF_8);
    }

    /** Lower-case names and values of a request, but for the one header that differs in each job. */
    private static Map<String, String> headers(String head) {
        Map<String, String> headers = new TreeMap<>();
        head.lines().skip(1).filter(line -> !line.isEmpty()).forEach(line -> {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        });
        headers.remove("idempotency-key");
        return headers;
    }

    private static String head(ScriptedApi api, JobId id) {
        List<String> heads =
                api.heads().stream().filter(head -> head.contains(id.value())).toList();
        assertThat(heads).hasSize(1);
        return heads.get(0);
    }

    @Test
    void noHeaderOfTheCorpusReachesTheApiByMessageOrRecord() throws Exception {
        try (ScriptedApi api = ScriptedApi.recording();
                Portal portal = portal("there", api, Map.of("kafkasend.allowed-headers", CARELESS));
                WireClient client = client("there")) {
            // Given
            JobId plain = client.get("/api/v1/x");
            client.reply(plain);
            Map<String, String> baseline = headers(head(api, plain));
            assertThat(baseline.get("authorization")).startsWith("Bearer ");
            // Half of a surrogate pair has no UTF-8.
            ObjectMapper json = JsonMapper.builder()
                    .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                    .build();
            Map<JobId, JsonNode> jobs = new LinkedHashMap<>();

            // When: each in a message, and the same as a record's header
            for (JsonNode entry : corpus()) {
                JobId id = JobId.random();
                jobs.put(id, entry);
                String value = json.writeValueAsString(entry.get("value"));
                client.raw(id, start(id, "{" + json.writeValueAsString(entry.get("name")) + ":" + value + "}"));
            }
            for (JsonNode entry : corpus()) {
                JobId id = JobId.random();
                jobs.put(id, entry);
                ProducerRecord<byte[], byte[]> record =
                        new ProducerRecord<>("there-requests", id.value().getBytes(US_ASCII), start(id, "{}"));
                String name = entry.get("name").asText();
                for (String each : List.of(name, name.toUpperCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))) {
                    record.headers().add(each, entry.get("value").asText().getBytes(UTF_8));
                }
                client.record(record);
            }

            // Then
            int tried = 0;
            int refused = 0;
            int listed = 0;
            for (Map.Entry<JobId, JsonNode> job : jobs.entrySet()) {
                boolean asRecord = tried >= jobs.size() / 2;
                tried++;
                Awaitility.await().until(() -> WireClient.ended(client.messages(job.getKey())));
                if (client.messages(job.getKey()).get(0) instanceof ResponseError) {
                    assertThat(api.heads())
                            .noneMatch(head -> head.contains(job.getKey().value()));
                    refused++;
                    continue;
                }
                Map<String, String> sent = headers(head(api, job.getKey()));
                if (job.getValue().get("must_drop_even_if_allowlisted").asBoolean() || asRecord) {
                    assertThat(sent).as(job.getValue().toString()).isEqualTo(baseline);
                } else if (!sent.equals(baseline)) {
                    sent.keySet().removeAll(baseline.keySet());
                    assertThat(sent).hasSizeLessThanOrEqualTo(1);
                    listed++;
                }
            }
            System.out.printf(
                    "headers: %d tried, %d reached the API because listed and harmless, %d refused with their message%n",
                    tried, listed, refused);
            assertThat(listed).isPositive(); // the list was careless indeed
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void aNameThatIsTooLongGetsAnErrorAndNoSilence() throws Exception {
        try (ScriptedApi api = ScriptedApi.recording();
                Portal portal = portal("long", api, Map.of());
                WireClient client = client("long")) {
            // Given
            List<String> headers = List.of(
                    "{\"" + "X".repeat(70_000) + "\":\"v\"}",
                    "{\"X-A\":\"v\",\"" + "X".repeat(8_193) + "\":\"v\"}",
                    "{\"X-A\":\"v\"},\"" + "y".repeat(900_000) + "\":1");
            List<JobId> jobs = headers.stream().map(each -> JobId.random()).toList();

            // When
            for (int i = 0; i < jobs.size(); i++) {
                client.raw(jobs.get(i), start(jobs.get(i), headers.get(i)));
            }

            // Then
            for (JobId job : jobs) {
                Awaitility.await().until(() -> WireClient.ended(client.messages(job)));
                assertThat(client.messages(job)).singleElement().isInstanceOfSatisfying(ResponseError.class, error -> {
                    assertThat(error.code()).isEqualTo("INVALID_MESSAGE");
                    assertThat(error.message()).contains("8192 characters");
                });
            }
            assertThat(api.heads()).isEmpty();
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void aValueThatCouldMakeALineReachesNothing() throws Exception {
        try (ScriptedApi api = ScriptedApi.recording();
                Portal portal = portal("lines", api, Map.of());
                WireClient client = client("lines")) {
            // Given
            List<String> values = List.of(
                    "a\r\nX-Injected: 1",
                    "a\nX-Injected: 1",
                    "a\rX-Injected: 1",
                    "a\u0000X-Injected: 1",
                    "a\u010d\u010aX-Injected: 1",
                    "a\u2028X-Injected: 1",
                    "a\u0085X-Injected: 1");
            List<String> names = List.of(
                    "Accept\r\nX-Injected",
                    "Accept ",
                    " Accept",
                    "Accept:",
                    "Accept\u0000",
                    "Acc\u00e9pt",
                    "",
                    "(Accept)");
            Map<String, String> headers = new LinkedHashMap<>();
            names.forEach(name -> headers.put(name, "X-Injected"));

            // When
            List<JobId> jobs = new ArrayList<>();
            jobs.add(client.send(Method.GET, "/api/v1/x", headers, null, null, new byte[0]));
            values.forEach(value ->
                    jobs.add(client.send(Method.GET, "/api/v1/x", Map.of("Accept", value), null, null, new byte[0])));

            // Then
            jobs.forEach(job -> {
                assertThat(client.reply(job).status()).isEqualTo(200);
                assertThat(head(api, job)).doesNotContain("X-Injected");
            });
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    /** An API that serves one resource of ten bytes, as RFC 9110 has it, by what the request says. */
    private static void serve(String head, OutputStream out) throws IOException {
        Map<String, String> asked = headers(head);
        byte[] zipped = ContentEncoding.GZIP.encode("0123456789".getBytes(US_ASCII));
        String always = "ETag: \"v2\"\r\nConnection: close\r\n";
        if (asked.getOrDefault("accept-encoding", "").contains("gzip")) {
            out.write(
                    ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\n"
                                    + "Content-Length: " + zipped.length + "\r\n" + always + "\r\n")
                            .getBytes(US_ASCII));
            out.write(zipped);
            return;
        }
        String answer = "200 OK\r\nContent-Length: 10\r\n" + always + "\r\n0123456789";
        if ("\"v2\"".equals(asked.get("if-none-match")) || asked.containsKey("if-modified-since")) {
            answer = "304 Not Modified\r\n" + always + "\r\n";
        } else if ("\"v1\"".equals(asked.get("if-match")) || asked.containsKey("if-unmodified-since")) {
            answer = "412 Precondition Failed\r\nContent-Length: 0\r\n" + always + "\r\n";
        } else if ("bytes=2-4".equals(asked.get("range"))) {
            answer = "206 Partial Content\r\nContent-Range: bytes 2-4/10\r\nContent-Length: 3\r\n" + always + "\r\n234";
        } else if (asked.containsKey("range")) {
            answer =
                    "416 Range Not Satisfiable\r\nContent-Range: bytes */10\r\nContent-Length: 0\r\n" + always + "\r\n";
        } else if (asked.containsKey("accept-language") && asked.containsKey("traceparent")) {
            answer = "200 OK\r\nContent-Language: " + asked.get("accept-language") + "\r\nContent-Length: 0\r\n"
                    + always + "\r\n";
        }
        out.write(("HTTP/1.1 " + answer).getBytes(US_ASCII));
    }

    private static Answer ask(KafkaSendClient client, String... headers) {
        Request.Builder request = Request.builder().endpoint("/api/v1/x");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return client.call(request.build());
    }

    @Test
    void conditionsRangesAndEncodingsPassBothWaysWithoutASetting() throws Exception {
        try (ScriptedApi api = ScriptedApi.start((head, socket, out) -> serve(head, out));
                Portal portal = portal("conditions", api, Map.of());
                KafkaSendClient client = KafkaSendClient.builder()
                        .bootstrapServers(broker.bootstrapServers())
                        .requestTopic("conditions-requests")
                        .responseTopic("conditions-responses")
                        .build()) {
            // When
            Answer unchanged = ask(client, "If-None-Match", "\"v2\"");
            Answer unchangedSince = ask(client, "If-Modified-Since", "Sun, 29 Nov 2026 00:00:00 GMT");
            Answer changed = ask(client, "If-Match", "\"v1\"");
            Answer changedSince = ask(client, "If-Unmodified-Since", "Sun, 29 Nov 2026 00:00:00 GMT");
            Answer part = ask(client, "Range", "bytes=2-4");
            Answer beyond = ask(client, "Range", "bytes=20-");
            Answer zipped = ask(client, "Accept-Encoding", "gzip");
            Answer told = ask(
                    client,
                    "Accept-Language",
                    "de",
                    "traceparent",
                    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

            // Then
            assertThat(unchanged.status()).isEqualTo(304);
            assertThat(unchanged.header("ETag")).contains("\"v2\"");
            assertThat(unchanged.size()).isZero();
            assertThat(unchangedSince.status()).isEqualTo(304);
            assertThat(changed.status()).isEqualTo(412);
            assertThat(changedSince.status()).isEqualTo(412);
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.header("Content-Range")).contains("bytes 2-4/10");
            assertThat(part.text()).isEqualTo("234");
            assertThat(beyond.status()).isEqualTo(416);
            assertThat(beyond.header("Content-Range")).contains("bytes */10");
            assertThat(zipped.header("Content-Encoding")).contains("gzip");
            assertThat(zipped.header("Vary")).contains("Accept-Encoding");
            assertThat(zipped.bytes()).isEqualTo(ContentEncoding.GZIP.encode("0123456789".getBytes(US_ASCII)));
            assertThat(told.header("Content-Language")).contains("de");
            assertThat(List.of(unchanged, changed, part, zipped, told))
                    .allSatisfy(answer -> assertThat(answer.droppedHeaders()).isEmpty());
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void theAnswerNamesWhatDidNotPassOfTheRequest() throws Exception {
        try (ScriptedApi api = ScriptedApi.recording();
                Portal portal = portal("dropped", api, Map.of());
                WireClient wire = client("dropped");
                KafkaSendClient client = KafkaSendClient.builder()
                        .bootstrapServers(broker.bootstrapServers())
                        .requestTopic("dropped-requests")
                        .responseTopic("dropped-responses")
                        .build()) {
            // When
            Answer answer = ask(client, "Accept", "a/b", "X-Internal", "1", "X-Real-IP", "10.0.0.1");
            Map<String, String> many = new LinkedHashMap<>();
            IntStream.range(0, 100).forEach(i -> many.put("X-" + i + "-" + "a".repeat(1_000), "v"));
            JobId flood = wire.send(Method.GET, "/api/v1/x", many, null, null, new byte[0]);

            // Then
            assertThat(answer.droppedHeaders()).containsExactly("X-Internal", "X-Real-IP");
            Awaitility.await().until(() -> WireClient.ended(wire.messages(flood)));
            assertThat(wire.messages(flood).get(0))
                    .isInstanceOfSatisfying(ResponseStart.class, start -> assertThat(start.dropped())
                            .hasSize(32)
                            .allSatisfy(name -> assertThat(name).hasSizeLessThanOrEqualTo(64)));
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void nothingOfTheApisOwnComesBack() throws Exception {
        try (ScriptedApi api = ScriptedApi.start((head, socket, out) -> out.write(ANSWER.getBytes(ISO_8859_1)));
                Portal usual = portal("back", api, Map.of());
                Portal careless = portal("careless", api, Map.of("kafkasend.allowed-response-headers", CARELESS));
                WireClient client = client("back");
                WireClient other = client("careless")) {
            // When
            JobId id = client.get("/api/v1/x");
            JobId second = other.get("/api/v1/x");

            // Then
            assertThat(client.reply(id).headers())
                    .containsOnly(Map.entry("Content-Type", "text/plain"), Map.entry("X-Request-ID", "r-1"));
            assertThat(other.reply(second).headers().keySet())
                    .containsExactlyInAnyOrder("Content-Type", "X-Request-ID", "X-Internal-Host", "Server");
            assertThat(client.records()).isNotEmpty().allSatisfy(record -> {
                assertThat(record.headers()).isEmpty();
                assertThat(new String(record.value(), UTF_8)).doesNotContain("canary-back");
            });
            assertThat(client.messages(id).get(0)).isInstanceOf(ResponseStart.class);
            assertThat(usual.context().isStarted() && careless.context().isStarted())
                    .isTrue();
        }
    }

    @Test
    void whatTheApiRepeatsStaysApartForAClientThatReadsIt() throws Exception {
        String answer = "HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n"
                + "Set-Cookie: a=1; Expires=Tue, 24 Nov 2026 12:00:00 GMT\r\nWWW-Authenticate: Basic realm=\"a, b\"\r\n"
                + "set-cookie: b=2\r\nWWW-Authenticate: Bearer\r\nLink: <a>\r\nX-Long: " + "x".repeat(60_000)
                + "\r\n\r\n";
        try (ScriptedApi api = ScriptedApi.start((head, socket, out) -> out.write(answer.getBytes(ISO_8859_1)));
                Portal portal = portal(
                        "apart",
                        api,
                        Map.of("kafkasend.allowed-response-headers", "Set-Cookie,WWW-Authenticate,Link,X-Long"));
                WireClient old = client("apart");
                KafkaSendClient client = KafkaSendClient.builder()
                        .bootstrapServers(broker.bootstrapServers())
                        .requestTopic("apart-requests")
                        .responseTopic("apart-responses")
                        .build()) {
            // When
            Answer apart = client.call(Request.builder().endpoint("/api/v1/x").build());
            Map<String, String> joined = old.reply(old.get("/api/v1/x")).headers();

            // Then
            assertThat(apart.status()).isEqualTo(401);
            assertThat(apart.headerValues("set-cookie"))
                    .containsExactly("a=1; Expires=Tue, 24 Nov 2026 12:00:00 GMT", "b=2");
            assertThat(apart.headerValues("WWW-Authenticate")).containsExactly("Basic realm=\"a, b\"", "Bearer");
            assertThat(apart.headerValues("Link")).containsExactly("<a>");
            assertThat(apart.headerValues("X-Long")).containsExactly("x".repeat(60_000));
            assertThat(apart.headerValues("ETag")).isEmpty();
            assertThat(apart.headers()).isEqualTo(joined);
            assertThat(joined).containsEntry("Set-Cookie", "a=1; Expires=Tue, 24 Nov 2026 12:00:00 GMT, b=2");
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void everyListedHeaderThatIsHarmlessArrivesAsItWasSent() throws Exception {
        List<String> names = List.of(
                "Accept-Encoding",
                "Accept-Language",
                "Cache-Control",
                "Content-Disposition",
                "Content-Encoding",
                "Content-Language",
                "Content-Location",
                "Content-MD5",
                "Content-Range",
                "Date",
                "DNT",
                "Digest",
                "If-Match",
                "If-Modified-Since",
                "If-None-Match",
                "If-Range",
                "Last-Modified",
                "Link",
                "Max-Forwards",
                "Origin",
                "Pragma",
                "Prefer",
                "Priority",
                "Range",
                "Referer",
                "Slug",
                "SOAPAction",
                "User-Agent",
                "Warning",
                "X-Api-Key",
                "X-Requested-With",
                "breadcrumbId",
                "traceparent");
        try (ScriptedApi api = ScriptedApi.recording();
                Portal portal = portal(
                        "listed", api, Map.of("kafkasend.allowed-headers", String.join(",", names) + ",Content-Type"));
                WireClient client = client("listed")) {
            // Given
            Map<String, String> sent = new LinkedHashMap<>();
            names.forEach(name -> sent.put(name, "v;" + name));
            sent.put("Content-Type", "a/b");

            for (Method method : Method.values()) {
                // When
                byte[] body = method.mayHaveBody() ? "body".getBytes(US_ASCII) : new byte[0];
                JobId id = client.send(method, "/api/v1/x", sent, null, null, body);
                client.reply(id);

                // Then
                Map<String, String> got = headers(head(api, id));
                sent.forEach((name, value) ->
                        assertThat(got).as(method.name()).containsEntry(name.toLowerCase(Locale.ROOT), value));
            }
            assertThat(portal.context().isStarted()).isTrue();
        }
    }
}
