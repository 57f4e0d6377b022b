package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** docs/integrate/change-the-pipeline.md and worked-changes.md: what stands there is put into the routes, and does what is said of it. */
@Timeout(120)
class ChangedPipelineIT {
    @TempDir
    Path directory;

    private final DocumentedChanges changes = DocumentedChanges.read();
    private EmbeddedBroker broker;
    private ScriptedApi api;
    private volatile String status = "200 OK";

    @BeforeEach
    void start() throws IOException {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 1);
        broker.createTopic("answers", 1);
        api = ScriptedApi.start((head, socket, out) -> out.write(
                ("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\nX-Internal: secret\r\nConnection: close\r\n\r\nok")
                        .getBytes(StandardCharsets.US_ASCII)));
        Files.writeString(
                directory.resolve("beans.camel.yaml"),
                Files.readString(DocumentedChanges.ROUTES.resolve("beans.camel.yaml")));
    }

    @AfterEach
    void stop() {
        api.close();
        broker.close();
    }

    private Portal portal(String routes, Map<String, String> more) throws Exception {
        Files.writeString(directory.resolve("portal.camel.yaml"), routes);
        Map<String, String> settings = new HashMap<>(more);
        settings.put("camel.main.routes-include-pattern", "file:" + directory + "/*.camel.yaml");
        settings.put("kafkasend.bootstrap-servers", broker.bootstrapServers());
        settings.put("kafkasend.target-api-url", api.url());
        settings.put("kafkasend.allowed-endpoints", "/api/v1/*");
        settings.put("kafkasend.use-oauth", "false");
        return Portal.start(settings);
    }

    @Test
    void eachChangeOfTheReadmeDoesWhatIsSaidOfIt() throws Exception {
        // Given
        assertThat(changes.places()).containsExactly("before until-answered", "after prepare", "after vet-answer");
        assertThat(changes.properties()).containsOnlyKeys("kafkasend.response-topic");
        String routes = changes.applied();

        try (Portal portal = portal(routes, changes.properties());
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "answers")) {
            // When
            JobId job = client.get("/api/v1/x");
            WireClient.Reply reply = client.reply(job);
            JobId refused = client.get("/elsewhere");

            // Then
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.headers()).containsEntry("X-Portal", "north").doesNotContainKey("X-Internal");
            assertThat(api.heads()).singleElement().asString().contains("X-Call-Number: no. " + job.value() + "\r\n");
            assertThat(client.error(refused).code()).isEqualTo("ENDPOINT_NOT_ALLOWED");
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void aHeaderForTheApiThatIsSetTooEarlyIsSaid() throws Exception {
        // Given
        String header = "- setHeader: {id: too-early, name: X-Early, constant: {expression: lost}}\n";
        String routes = DocumentedChanges.insert(DocumentedChanges.routes(), "before", "prepare", header);

        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal.call.ApiRequest");
                Portal portal = portal(routes, Map.of("kafkasend.response-topic", "answers"));
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "answers")) {
            // When
            client.reply(client.get("/api/v1/x"));
            client.reply(client.get("/api/v1/x"));

            // Then
            assertThat(api.heads()).hasSize(2).noneMatch(head -> head.contains("X-Early"));
            assertThat(log.lines())
                    .containsExactly(
                            "headers that a step set before prepare do not reach the API; set them after it names=X-Early");
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    /** A portal with a change of docs/integrate/worked-changes.md; classes of its files are compiled, and declared as their name says. */
    private Portal changed(String heading, Map<String, String> more) throws Exception {
        DocumentedChanges change = DocumentedChanges.worked(heading);
        StringBuilder routes = new StringBuilder(change.applied());
        for (Map.Entry<String, String> file : change.files().entrySet()) {
            Path written = Files.writeString(directory.resolve(file.getKey()), file.getValue());
            if (file.getKey().endsWith(".java")) {
                Matcher bean = Pattern.compile("@BindToRegistry\\(\"(.*)\"\\)").matcher(file.getValue());
                assertThat(bean.find()).isTrue();
                compile(written);
                routes.append("- beans:\n    - name: " + bean.group(1) + "\n      type: com.example."
                        + file.getKey().replace(".java", "\n"));
            }
        }
        Map<String, String> settings = new HashMap<>(Map.of("kafkasend.response-topic", "answers"));
        settings.putAll(more);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread()
                .setContextClassLoader(
                        new URLClassLoader(new URL[] {directory.toUri().toURL()}, before));
        try {
            return portal(
                    routes.toString()
                            .replace("file:order.schema.json", "file:" + directory.resolve("order.schema.json"))
                            .replace("directoryName: inbox", "directoryName: " + directory.resolve("inbox")),
                    settings);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    private static void compile(Path source) {
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-d",
                                source.getParent().toString(),
                                source.toString()))
                .isZero();
    }

    private static JobId post(WireClient client, String endpoint, String type, byte[] body) {
        return client.send(Method.POST, endpoint, Map.of("X-Request-ID", "acme-17"), null, type, body);
    }

    private static JobId post(WireClient client, String endpoint, String text) {
        return post(client, endpoint, "application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aBodyThatIsNotOfItsSchemaIsAnsweredWithoutACall() throws Exception {
        try (Portal portal = changed("A body held against a schema", Map.of());
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "answers");
                CapturedLog log = CapturedLog.begin("io.kafkasend.portal.call.ApiRequest")) {
            // When
            WireClient.Reply wrong =
                    client.reply(post(client, "/api/v1/orders", "{\"article\": \"a\", \"pieces\": 0}"));
            WireClient.Reply notJson = client.reply(post(client, "/api/v1/orders", "pieces"));
            assertThat(api.heads()).isEmpty();
            WireClient.Reply good = client.reply(post(client, "/api/v1/orders", "{\"article\": \"a\", \"pieces\": 2}"));
            WireClient.Reply other = client.reply(post(client, "/api/v1/notes", "pieces"));

            // Then
            assertThat(wrong.status()).isEqualTo(422);
            assertThat(wrong.string()).contains("pieces").contains("minimum");
            assertThat(notJson.status()).isEqualTo(422);
            assertThat(good.string()).isEqualTo("ok");
            assertThat(other.string()).isEqualTo("ok");
            assertThat(api.heads()).hasSize(2).allMatch(head -> head.contains("\r\nX-Request-ID: acme-17\r\n"));
            assertThat(log.lines()).isEmpty();
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void allThatIsToldOfOneEndpointsJobsGoesToAnotherTopic() throws Exception {
        // Given
        broker.createTopic("reports", 1);

        try (Portal portal = changed(
                        "One endpoint's answers on another topic", Map.of("kafkasend.reply-topics", "reports"));
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "answers");
                WireClient reader = new WireClient(broker.bootstrapServers(), "api-requests", "reports")) {
            // When
            JobId report = client.get("/api/v1/reports/9");
            JobId other = client.get("/api/v1/x");
            JobId broken = client.send(Method.POST, "/api/v1/reports/9", Map.of(), "a.txt", "text/plain", new byte[0]);

            // Then
            assertThat(reader.reply(report).string()).isEqualTo("ok");
            assertThat(client.reply(other).string()).isEqualTo("ok");
            assertThat(reader.reply(broken).status()).isEqualTo(200);
            assertThat(client.ids()).containsExactly(other);
            assertThat(reader.ids()).containsExactlyInAnyOrder(report, broken);
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void aStepInJavaAndOneInYamlAreTaken() throws Exception {
        try (Portal portal = changed("A step in Java", Map.of());
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "answers")) {
            client.reply(post(client, "/api/v1/x", "{}"));
            assertThat(api.heads()).singleElement().asString().contains("\r\nX-Tenant: acme\r\n");
            assertThat(portal.context().isStarted()).isTrue();
        }
        status = "404 Not Found";
        try (Portal portal = changed("A step in YAML", Map.of());
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "answers")) {
            assertThat(client.reply(client.get("/api/v1/x")).headers()).containsEntry("X-Help", "help@example.com");
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void aFileIsWrittenInPlaceOfTheApi() throws Exception {
        // Given
        byte[] body = new byte[5_000_000];
        new Random(3).nextBytes(body);

        try (Portal portal = changed("A file in place of the API", Map.of());
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "answers")) {
            // When
            JobId job = post(client, "/api/v1/x", "application/pdf", body);
            WireClient.Reply reply = client.reply(job);

            // Then
            assertThat(reply.status()).isEqualTo(201);
            assertThat(reply.string()).isEqualTo("kept as " + job.value());
            assertThat(reply.headers())
                    .containsEntry("Content-Type", "text/plain; charset=utf-8")
                    .doesNotContainKey("X-Request-ID");
            assertThat(directory.resolve("inbox").resolve(job.value())).hasBinaryContent(body);
            assertThat(api.heads()).isEmpty();
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void aBeanIsAskedInPlaceOfTheApi() throws Exception {
        try (Portal portal = changed("A bean in place of the API", Map.of());
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "answers")) {
            // When
            WireClient.Reply reply = client.reply(post(client, "/api/v1/greetings?loud", "Ann"));

            // Then
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.string()).isEqualTo("Hello Ann at /api/v1/greetings");
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    @Test
    void anAnswerThatNothingTakesIsSaidAndEndsTheJob() throws Exception {
        // Given
        String step = "- setBody: {id: forgetful, constant: {expression: lost}}\n";
        String routes = DocumentedChanges.insert(DocumentedChanges.routes(), "in place of", "to-api", step);

        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal.report.JobEnd");
                Portal portal = portal(routes, Map.of("kafkasend.response-topic", "answers"));
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "answers")) {
            // When
            String code = client.error(client.get("/api/v1/x")).code();

            // Then
            assertThat(code).isEqualTo("INTERNAL_ERROR");
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("what stands in place of to-api needs take-answer behind it");
            assertThat(portal.context().isStarted()).isTrue();
        }
    }

    /** The variables of the document, with this folder in place of its. */
    private Map<String, String> folderVariables() throws IOException {
        Map<String, String> variables = new HashMap<>();
        Matcher line = Pattern.compile("(?m)^export (CAMEL_\\w+)='?([^'\\n]*)'?$")
                .matcher(Files.readString(Path.of("docs/integrate/worked-changes.md")));
        while (line.find()) {
            variables.put(line.group(1), line.group(2).replace("/etc/kafkasend/routes", directory.toString()));
        }
        assertThat(variables).hasSize(4);
        return variables;
    }

    @Test
    void routesOfAFolderAreTakenAndAgainWhenAFileChanges(@TempDir Path logs) throws Exception {
        // Given
        Map<String, String> environment = new HashMap<>(folderVariables());
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("KAFKA_RESPONSE_TOPIC", "answers");
        environment.put("PORTAL_TARGET_API_URL", api.url());
        environment.put("PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*");
        environment.put("PORTAL_USE_OAUTH", "false");
        environment.put("PORTAL_MANAGEMENT_PORT", "off");
        environment.put("PORTAL_WARM_UP_SECONDS", "0");
        String header = "- setHeader: {id: mark, name: X-Mark, constant: {expression: first}}\n";
        String routes = DocumentedChanges.insert(DocumentedChanges.routes(), "after", "prepare", header);
        Path file = Files.writeString(directory.resolve("portal.camel.yaml"), routes);

        try (CommandProcess portal = CommandProcess.start(logs, "256m", environment, "portal");
                WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "answers")) {
            client.reply(client.get("/api/v1/x"));
            assertThat(api.heads()).singleElement().asString().contains("X-Mark: first");

            List<String> before = members();

            // When
            Files.writeString(file, routes.replace("expression: first", "expression: second"));
            await().atMost(Duration.ofSeconds(40))
                    .until(this::members, now -> !now.isEmpty() && !now.equals(before)); // the route began anew
            client.reply(client.get("/api/v1/y"));

            // Then
            assertThat(api.heads().get(1)).contains("X-Mark: second");
            assertThat(client.error(client.get("/elsewhere")).code()).isEqualTo("ENDPOINT_NOT_ALLOWED");
            portal.signal("TERM");
            assertThat(portal.awaitEnd(Duration.ofSeconds(60))).isZero();
            assertThat(portal.log()).doesNotContainPattern("(?m)^\\s+at [\\w.$/]+\\(");
        }
    }

    /** The portal's consumers, as the broker knows them. */
    private List<String> members() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.describeConsumerGroups(List.of("kafkasend-portal")).all().get().values().stream()
                    .flatMap(group -> group.members().stream())
                    .map(MemberDescription::consumerId)
                    .toList();
        }
    }
}
