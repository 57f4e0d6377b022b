package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The portal's routes under Camel JBang, by the very command that docs/integrate/camel-run.md gives, and those of gateway and outbox by
 * theirs: in a folder with copies of the routes and one {@code application.properties}, on Camel JBang's own version of Camel, with our
 * jar as a dependency.
 */
@Timeout(300)
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("try") // a portal that is only held open
class CamelJBangIT {
    private static final String SECRET = "s3cret-canary";
    private static final Path DOCUMENT = Path.of("docs/integrate/camel-run.md");
    private static final Path ROUTES = Path.of("src/main/resources/routes/portal");
    private static final Path GATEWAY_DOCUMENT = Path.of("docs/use/gateway.md");
    private static final Path GATEWAY_ROUTES = Path.of("src/main/resources/routes/gateway");
    private static final Path OUTBOX_DOCUMENT = Path.of("docs/use/outbox.md");
    private static final Path OUTBOX_ROUTES = Path.of("src/main/resources/routes/outbox");
    private static final Path PROPERTIES = ROUTES.resolve("application.properties");
    private static final String CAMEL_YAML = ".camel.yaml";
    private static final Path LOGS = Path.of("target/camel-jbang");
    private static final int FIVE_MB = 5_000_000;

    private final Set<String> tokensSeen = ConcurrentHashMap.newKeySet();
    private final AtomicInteger calls = new AtomicInteger();
    private EmbeddedBroker broker;
    private TokenServer tokens;
    private SampleApi api;

    @TempDir
    Path directory;

    @BeforeAll
    void startBrokerTokenServerAndApi() throws Exception {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 3);
        broker.createTopic("api-responses", 3);
        tokens = TokenServer.start("portal", SECRET);
        api = SampleApi.start(token -> {
            calls.incrementAndGet();
            tokensSeen.add(token);
            return tokens.isValid(token);
        });
    }

    @AfterAll
    void stopThem() {
        api.close();
        tokens.close();
        broker.close();
    }

    @Test
    void carriesAFileAndAGetThroughTheRoutesOfTheFolder() throws Exception {
        // Given
        copyRoutes(text -> text.replaceAll("(?m)^( +id: respond)$", "$1-as-edited-here"));
        copyProperties(Map.of());
        byte[] file = new byte[FIVE_MB];
        new Random(13).nextBytes(file);

        try (WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
                CamelCommand camel = CamelCommand.start(directory, LOGS.resolve("run.log"), documentedCommand())) {
            await().atMost(Duration.ofSeconds(120))
                    .until(() -> camel.output().contains("Started respond") || !camel.isRunning());
            assertThat(camel.output()).contains("Started respond-as-edited-here");
            assertThat(camel.output().lines().count())
                    .as("lines until it is up")
                    .isLessThan(60);

            // When
            JobId upload =
                    client.send(Method.POST, "/api/v1/upload", Map.of(), "photo.bin", "application/octet-stream", file);
            JobId download = client.get("/api/v1/documents/report?size=" + FIVE_MB);

            // Then
            assertThat(client.reply(upload).status()).isEqualTo(200);
            assertThat(client.reply(upload).string())
                    .contains("\"filename\":\"photo.bin\"", "\"sha256\":\"" + sha256(file) + "\"");
            assertThat(client.reply(download).status()).isEqualTo(200);
            assertThat(sha256(client.reply(download).body())).isEqualTo(SampleApi.documentSha256("report", FIVE_MB));

            assertThat(camel.end()).as("ended when asked to").isTrue();
            assertThat(committed()).as("committed offsets").isEqualTo(ends());
            assertThat(tokensSeen).isNotEmpty();
            assertThat(camel.output())
                    .doesNotContainPattern("(?m)^\\s+at [\\w.$/]+\\(")
                    .doesNotContain(SECRET)
                    .doesNotContain(tokensSeen.toArray(String[]::new));
        }
    }

    /** Of folders of theirs, by the commands that docs/use/gateway.md and docs/use/outbox.md give. */
    @Test
    void gatewayAndOutboxCarryFilesThroughTheRoutesOfTheirFolders() throws Exception {
        // Given
        int port = freePort();
        Path gatewayFolder = Files.createDirectory(directory.resolve("gateway"));
        Path outboxFolder = Files.createDirectory(directory.resolve("outbox"));
        Path drop = Files.createDirectory(directory.resolve("drop here"));
        copyRoutes(GATEWAY_ROUTES, gatewayFolder, text -> text);
        copyProperties(
                GATEWAY_ROUTES,
                gatewayFolder,
                Map.of(
                        "kafkasend.bootstrap-servers",
                        broker.bootstrapServers(),
                        "kafkasend.gateway-reply-topic",
                        "gateway-answers",
                        "kafkasend.gateway-port",
                        Integer.toString(port),
                        "kafkasend.gateway-management-port",
                        "off"));
        copyRoutes(OUTBOX_ROUTES, outboxFolder, text -> text);
        copyProperties(
                OUTBOX_ROUTES,
                outboxFolder,
                Map.of(
                        "kafkasend.bootstrap-servers",
                        broker.bootstrapServers(),
                        "kafkasend.outbox-directory",
                        drop.toString(),
                        "kafkasend.outbox-form",
                        "true",
                        "kafkasend.outbox-endpoint",
                        "/api/v1/upload"));
        String url = "http://127.0.0.1:" + port;
        Path file = Files.write(directory.resolve("photo.bin"), random(FIVE_MB));
        Map<String, String> portal = new HashMap<>(Stack.settings(broker, tokens));
        portal.put("kafkasend.target-api-url", api.url().toString());
        portal.put("kafkasend.reply-topics", "gateway-answers");

        broker.createTopic("gateway-answers", 1); // or the portal, which is first, would not take it for some seconds
        try (Portal ignored = Portal.start(portal);
                CamelCommand outbox = CamelCommand.start(
                        outboxFolder, LOGS.resolve("outbox.log"), documentedCommand(OUTBOX_DOCUMENT, OUTBOX_ROUTES));
                CamelCommand camel = CamelCommand.start(
                        gatewayFolder,
                        LOGS.resolve("gateway.log"),
                        documentedCommand(GATEWAY_DOCUMENT, GATEWAY_ROUTES))) {
            await().atMost(Duration.ofSeconds(120))
                    .until(() -> camel.output().contains("Started gateway") || !camel.isRunning());
            assertThat(camel.isRunning()).as(camel.output()).isTrue();
            Files.copy(file, drop.resolve("dropped.bin"));
            HttpClient http = HttpClient.newHttpClient();

            // When
            HttpResponse<String> upload = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/api/v1/upload"))
                            .POST(BodyPublishers.ofFile(file))
                            .build(),
                    BodyHandlers.ofString());
            HttpResponse<byte[]> download = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/api/v1/documents/report?size=" + FIVE_MB))
                            .build(),
                    BodyHandlers.ofByteArray());
            HttpResponse<String> refused = http.send(
                    HttpRequest.newBuilder(URI.create(url + "/elsewhere")).build(), BodyHandlers.ofString());

            // Then
            assertThat(upload.statusCode()).as(upload.body()).isEqualTo(200);
            assertThat(upload.body()).contains(sha256(Files.readAllBytes(file)));
            assertThat(sha256(download.body())).isEqualTo(SampleApi.documentSha256("report", FIVE_MB));
            assertThat(refused.body()).contains("ENDPOINT_NOT_ALLOWED");
            assertThat(camel.end()).as("ended when asked to").isTrue();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> Files.exists(drop.resolve("done/dropped.bin")) || !outbox.isRunning());
            assertThat(drop.resolve("answers/dropped.bin"))
                    .content()
                    .contains("\"filename\":\"dropped.bin\"", sha256(Files.readAllBytes(file)));
            assertThat(outbox.end()).isTrue();
            assertThat(camel.output() + outbox.output()).doesNotContainPattern("(?m)^\\s+at [\\w.$/]+\\(");
        }
    }

    /** The routes of docs/integrate/kamelets.md, by the command there. */
    @Test
    void routesOfOthersCallAnswerAndUploadByTheKamelets() throws Exception {
        // Given
        broker.createTopic("greeting-requests", 1);
        broker.createTopic("greeting-answers", 1);
        List<String> words = kameletFolder();
        Map<String, String> settings = new HashMap<>(Stack.settings(broker, tokens));
        settings.put("kafkasend.target-api-url", api.url().toString());

        // When
        try (Portal portal = Portal.start(settings);
                WireClient client =
                        new WireClient(broker.bootstrapServers(), "greeting-requests", "greeting-answers")) {
            Stack.awaitPartitions(portal);
            try (CamelCommand camel = CamelCommand.start(directory, LOGS.resolve("kamelet.log"), words)) {
                JobId greeting = client.send(
                        Method.POST,
                        "/greetings/x",
                        Map.of(),
                        null,
                        "text/plain",
                        "Ann".getBytes(StandardCharsets.UTF_8));
                JobId refused = client.get("/greetings/x");
                JobId elsewhere = client.get("/elsewhere");
                await().atMost(Duration.ofSeconds(120))
                        .until(() -> camel.output().contains("200 {\"method\":\"POST\"")
                                        && camel.output().contains("years.csv is uploaded: 200")
                                        && WireClient.ended(client.messages(greeting))
                                || !camel.isRunning());
                assertThat(camel.isRunning()).as(camel.output()).isTrue();

                // Then
                assertThat(camel.output()).contains("text/csv", sha256("year;2026".getBytes(StandardCharsets.UTF_8)));
                assertThat(client.reply(greeting).string()).isEqualTo("Hello Ann, from /greetings/x");
                assertThat(client.reply(refused).status()).isEqualTo(405);
                assertThat(client.error(elsewhere).code()).isEqualTo("ENDPOINT_NOT_ALLOWED");
                assertThat(camel.end()).isTrue();
                assertThat(camel.output()).doesNotContainPattern("(?m)^\\s+at [\\w.$/]+\\(");
            }
        }
    }

    /** That of deploy/camel-k, from a timer in place of an SFTP server, and with no login to Kafka. */
    @Test
    void aPipeUploadsByTheKamelets() throws Exception {
        // Given
        String pipe = Files.readString(Path.of("deploy/camel-k/pipe.yaml"));
        String adapted = pipe.replaceFirst(
                        "(?s)sftp-source\n    properties:\n.*?\n  sink:",
                        "timer-source\n    properties:\n      message: year\n      repeatCount: 1\n  sink:")
                .replace("kafka.example.com:9093", "RAW(" + broker.bootstrapServers() + ")")
                .replace("/api/v1/upload", "RAW(/api/v1/upload)")
                .replaceAll("(?m)^ +(securityProtocol|user|password): .*\n", "");
        assertThat(adapted).contains("timer-source", broker.bootstrapServers()).doesNotContain("SASL", "sftp");
        Files.writeString(directory.resolve("pipe.yaml"), adapted);
        List<String> words = kameletFolder();
        words.removeIf(word -> word.endsWith(CAMEL_YAML));
        words.add(1, "pipe.yaml");

        // When
        try (RecordingApi uploads = RecordingApi.start(call -> RecordingApi.Plan.ok(new byte[0]))) {
            Map<String, String> settings = new HashMap<>(Stack.settings(broker, tokens));
            settings.put("kafkasend.target-api-url", uploads.url());
            try (Portal portal = Portal.start(settings)) {
                Stack.awaitPartitions(portal);
                try (CamelCommand camel = CamelCommand.start(directory, LOGS.resolve("pipe.log"), words)) {
                    await().atMost(Duration.ofSeconds(120))
                            .until(() -> !uploads.calls().isEmpty() || !camel.isRunning());

                    // Then
                    assertThat(camel.isRunning()).as(camel.output()).isTrue();
                    assertThat(uploads.calls()).singleElement().asString().contains("POST /api/v1/upload");
                    assertThat(uploads.calls().get(0).body()).asString().contains("\r\n\r\nyear\r\n");
                    assertThat(camel.end()).isTrue();
                    assertThat(camel.output()).doesNotContainPattern("(?m)^\\s+at [\\w.$/]+\\(");
                }
            }
        }
    }

    /** Routes and Kamelets; the command's words. */
    private List<String> kameletFolder() throws IOException {
        String document = Files.readString(Path.of("docs/integrate/kamelets.md"));
        List<String> routes = new ArrayList<>();
        Matcher route = Pattern.compile("(?s)```yaml\n(- route:\n    id: (\\w+)\n.*?)```")
                .matcher(document);
        while (route.find()) {
            String file = route.group(2) + CAMEL_YAML;
            Files.writeString(
                    directory.resolve(file), route.group(1).replace("localhost:9092", broker.bootstrapServers()));
            routes.add(file);
        }
        assertThat(routes).containsExactly("reports.camel.yaml", "greetings.camel.yaml", "uploads.camel.yaml");
        Path kamelets = Files.createDirectory(directory.resolve("kamelets"));
        try (Stream<Path> files = Files.list(Path.of("kamelets"))) {
            for (Path file : files.toList()) {
                Files.copy(file, kamelets.resolve(file.getFileName()));
            }
        }
        List<String> words = new ArrayList<>();
        document.lines()
                .filter(line -> line.startsWith("camel run "))
                .findFirst()
                .ifPresent(line ->
                        words.addAll(List.of(line.substring("camel ".length()).split(" +"))));
        assertThat(words.remove(1)).isEqualTo("*.camel.yaml");
        words.addAll(1, routes);
        return words;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void saysInOneLineWhatIsWrongWithASettingAndEnds() throws Exception {
        // Given
        copyRoutes(text -> text);
        copyProperties(Map.of("kafkasend.target-api-url", "ftp://api.example.com"));

        try (CamelCommand camel = CamelCommand.start(directory, LOGS.resolve("bad-setting.log"), documentedCommand())) {
            // When
            await().atMost(Duration.ofSeconds(120)).until(() -> !camel.isRunning());

            // Then
            assertThat(camel.exitCode()).isNotZero();
            assertThat(camel.output())
                    .containsPattern(
                            "(?m)^.*ERROR.* PORTAL_TARGET_API_URL is \"ftp://api.example.com\", whose scheme is neither http nor https; it takes an http")
                    .doesNotContain(SECRET);
        }
    }

    /** Its second look at the answer topic is Kafka's client made by a thread of the camel command's. */
    @Test
    void callsNothingThatWasAnsweredAfterItWasKilledNorForANewGroup() throws Exception {
        // Given
        copyRoutes(text -> text);
        copyProperties(Map.of("kafkasend.session-timeout-ms", "6000"));
        List<JobId> jobs = new ArrayList<>();

        try (WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses")) {
            try (CamelCommand camel = start("killed.log")) {
                for (int i = 0; i < 20; i++) {
                    jobs.add(client.get("/api/v1/documents/report?size=10"));
                }
                jobs.forEach(job -> assertThat(client.reply(job).status()).isEqualTo(200));
                assertThat(camel.isRunning()).isTrue();
            } // killed
            int before = calls.get();

            // When
            for (String group : List.of("kafkasend-portal", "another-group")) {
                copyProperties(Map.of("kafkasend.session-timeout-ms", "6000", "kafkasend.consumer-group", group));
                try (CamelCommand camel = start(group + ".log")) {
                    await().atMost(Duration.ofSeconds(60))
                            .until(() -> Stack.lag(broker.bootstrapServers(), group) == 0);

                    // Then
                    assertThat(calls.get()).as("calls of " + group).isEqualTo(before);
                    assertThat(client.reply(client.get("/api/v1/documents/report?size=10"))
                                    .status())
                            .isEqualTo(200);
                    assertThat(calls.get()).isEqualTo(++before);
                    assertThat(camel.end()).isTrue();
                }
            }
        }
    }

    /** Those of docs/integrate/worked-changes.md that are an edit while it runs, one after another in the same files. */
    @Test
    void takesTheWorkedChangesWhileItRunsUnderDev() throws Exception {
        // Given
        broker.createTopic("reports", 1);
        copyRoutes(text -> text);
        copyProperties(Map.of("kafkasend.reply-topics", "reports"));
        List<String> words = new ArrayList<>(documentedCommand());
        List<DocumentedChanges> changes = Stream.of(
                        "One endpoint's answers on another topic", "A step in Java", "A step in YAML")
                .map(DocumentedChanges::worked)
                .toList();
        DocumentedChanges bean = DocumentedChanges.worked("A bean in place of the API");
        words.addAll(1, writeFiles(changes));
        words.addAll(1, writeFiles(List.of(bean)));
        words.add("--dev");

        try (WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
                WireClient reader = new WireClient(broker.bootstrapServers(), "api-requests", "reports");
                CamelCommand camel = start("dev.log", words)) {
            assertThat(client.reply(client.get("/api/v1/documents/report?size=10"))
                            .status())
                    .isEqualTo(200);

            // When
            copyRoutes(text -> edited(text, changes));

            // Then
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            client.reply(order(client, "/api/v1/echo", "{}")).string())
                    .contains("X-tenant")
                    .contains("acme"));
            JobId report = order(client, "/api/v1/reports/9", "{}");
            assertThat(reader.reply(report).headers()).containsEntry("X-Help", "help@example.com");
            assertThat(client.error(client.get("/forbidden")).code()).isEqualTo("ENDPOINT_NOT_ALLOWED");

            // When
            copyRoutes(text -> edited(text, List.of(bean)));

            // Then
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(client.reply(order(client, "/api/v1/greetings", "Ann"))
                                    .string())
                            .isEqualTo("Hello Ann at /api/v1/greetings"));
            assertThat(camel.end()).isTrue();
        }
    }

    /** The broker is ActiveMQ, in a camel command of its own that takes the orders. */
    @Test
    void holdsABodyAgainstItsSchemaAndAsksAQueueInPlaceOfTheApi() throws Exception {
        // Given
        int port = freePort();
        List<DocumentedChanges> changes = Stream.of("A body held against a schema", "A queue in place of the API")
                .map(DocumentedChanges::worked)
                .toList();
        copyRoutes(text -> edited(text, changes));
        copyProperties(Map.of());
        List<String> words = new ArrayList<>(documentedCommand());
        words.addAll(1, writeFiles(changes));
        Path queues = directory.resolve("queues.camel.yaml");
        Files.writeString(queues, Files.readString(queues).replace("61616", Integer.toString(port)));
        words.addAll(dependencies("docs/integrate/worked-changes.md"));
        Path office = Files.createDirectory(directory.resolve("office"));
        Files.writeString(office.resolve("office.camel.yaml"), """
                - beans:
                    - name: queues
                      type: org.apache.activemq.ActiveMQConnectionFactory
                      properties:
                        brokerURL: "vm:(broker:(tcp://localhost:%d)?persistent=false&useJmx=false)"
                - route:
                    id: office
                    from:
                      uri: jms:requests?connectionFactory=#queues
                      steps:
                        - setBody: {simple: {expression: "taken: ${body}"}}
                """.formatted(port));

        try (WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
                CamelCommand taker = CamelCommand.start(
                        office,
                        LOGS.resolve("office.log"),
                        List.of("run", "office.camel.yaml", "--dep=mvn:org.apache.activemq:activemq-broker:6.3.1"))) {
            await().atMost(Duration.ofSeconds(120))
                    .until(() -> taker.output().contains("Started office") || !taker.isRunning());
            try (CamelCommand camel = start("queue.log", words)) {
                assertThat(camel.isRunning()).as(camel.output()).isTrue();
                int before = calls.get();

                // When
                JobId wrong = order(client, "/api/v1/orders", "{\"article\": \"a\", \"pieces\": 0}");
                JobId good = order(client, "/api/v1/orders", "{\"article\": \"a\", \"pieces\": 2}");

                // Then
                assertThat(client.reply(wrong).status()).isEqualTo(422);
                assertThat(client.reply(wrong).string()).contains("pieces");
                assertThat(client.reply(good).string()).isEqualTo("taken: {\"article\": \"a\", \"pieces\": 2}");
                assertThat(client.reply(good).status()).isEqualTo(200);
                assertThat(calls.get()).as("calls of the API").isEqualTo(before);
                assertThat(camel.end()).isTrue();
                // it may look in vain for a newer validator first, and says so with a trace of its own
                assertThat(camel.output()).doesNotContain("at io.kafkasend");
            }
        }
    }

    /** The dependencies that a document names. */
    private static List<String> dependencies(String document) throws IOException {
        List<String> found = Pattern.compile("--dep=mvn:[\\w:.-]+")
                .matcher(Files.readString(Path.of(document)))
                .results()
                .map(MatchResult::group)
                .toList();
        assertThat(found).hasSize(2);
        return found;
    }

    private static JobId order(WireClient client, String endpoint, String body) {
        return client.send(
                Method.POST,
                endpoint,
                Map.of("X-Request-ID", "acme-1"),
                null,
                "application/json",
                body.getBytes(StandardCharsets.UTF_8));
    }

    private static String edited(String routes, List<DocumentedChanges> changes) {
        String text = routes;
        for (DocumentedChanges change : changes) {
            text = change.applied(text);
        }
        return text;
    }

    /** Writes what goes beside the routes; those files that the command is to name. */
    private List<String> writeFiles(List<DocumentedChanges> changes) throws IOException {
        List<String> named = new ArrayList<>();
        for (DocumentedChanges change : changes) {
            for (Map.Entry<String, String> file : change.files().entrySet()) {
                Files.writeString(directory.resolve(file.getKey()), file.getValue());
                if (!file.getKey().endsWith(".json")) {
                    named.add(file.getKey());
                }
            }
        }
        return named;
    }

    private CamelCommand start(String log) throws IOException {
        return start(log, documentedCommand());
    }

    /** Starts the command and waits until its routes are. */
    private CamelCommand start(String log, List<String> words) throws IOException {
        CamelCommand camel = CamelCommand.start(directory, LOGS.resolve(log), words);
        await().atMost(Duration.ofSeconds(120))
                .until(() -> camel.output().contains("Started respond") || !camel.isRunning());
        return camel;
    }

    /** Camel makes the beans for it, with a value in every placeholder that no setting takes. */
    @Test
    void exportsTheFolderAsAProjectForQuarkus() throws Exception {
        // Given
        copyRoutes(text -> text);
        Files.copy(PROPERTIES, directory.resolve("application.properties"));

        // When
        Path project = export("quarkus", List.of());

        // Then
        assertThat(routes()).allSatisfy(file -> assertThat(
                        project.resolve("src/main/resources/camel").resolve(file.getFileName()))
                .hasSameTextualContentAs(file));
    }

    /** Exports the folder; the project's directory. */
    private Path export(String runtime, List<String> more) throws IOException {
        List<String> words = new ArrayList<>(documentedCommand());
        words.addAll(1, more);
        Path project = directory.resolve("project");
        words.set(0, "export");
        words.addAll(List.of("--runtime=" + runtime, "--gav=com.example:portal:1", "--dir=" + project));
        ended(CamelCommand.start(directory, LOGS.resolve("export-" + runtime + ".log"), words));
        assertThat(project.resolve("pom.xml"))
                .content()
                .contains("<artifactId>kafkasend</artifactId>", "<artifactId>camel-");
        return project;
    }

    /** With the versions that the document names, since Camel's bill of materials takes them back. */
    @ParameterizedTest
    @ValueSource(strings = {"main", "spring-boot"})
    void aFileGoesThroughTheProjectThatIsExported(String runtime) throws Exception {
        // Given
        List<DocumentedChanges> changes = List.of(DocumentedChanges.worked("A step in YAML"));
        copyRoutes(text -> edited(text, changes));
        copyProperties(Map.of());
        Path project = export(runtime, writeFiles(changes));
        Path pom = project.resolve("pom.xml");
        Files.writeString(
                pom,
                Files.readString(pom)
                        .replaceFirst(
                                "(<dependencyManagement>\\s*<dependencies>)",
                                "$1" + String.join("", documentedVersions(runtime))));
        ended(CamelCommand.run(
                project,
                LOGS.resolve("exported-" + runtime + "-build.log"),
                List.of(
                        Path.of("mvnw").toAbsolutePath().toString(),
                        "-B",
                        "-q",
                        "-f",
                        pom.toString(),
                        "-Dmaven.compiler.release=17",
                        "-DskipTests",
                        "package",
                        "dependency:build-classpath",
                        "-Dmdep.outputFile=" + project.resolve("classpath.txt"))));
        byte[] file = new byte[FIVE_MB];
        new Random(17).nextBytes(file);

        try (WireClient client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
                CamelCommand portal = CamelCommand.run(
                        project, LOGS.resolve("exported-" + runtime + "-run.log"), startOf(runtime, project))) {
            // When
            JobId upload =
                    client.send(Method.POST, "/api/v1/upload", Map.of(), "photo.bin", "application/octet-stream", file);
            JobId lost = client.get("/api/v1/no-such-thing");
            await().atMost(Duration.ofSeconds(120))
                    .until(() -> WireClient.ended(client.messages(upload)) || !portal.isRunning());

            // Then
            assertThat(portal.isRunning()).as(portal.output()).isTrue();
            assertThat(client.reply(upload).string()).contains("\"sha256\":\"" + sha256(file) + "\"");
            assertThat(client.reply(lost).headers()).containsEntry("X-Help", "help@example.com");
            assertThat(portal.output()).containsOnlyOnce("MiB of heap");
            assertThat(portal.end()).isTrue();
        }
    }

    /** Camel Main by its class, as its README has it; Spring Boot as the one jar that its plugin makes. */
    private static List<String> startOf(String runtime, Path project) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return runtime.equals("spring-boot")
                ? List.of(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        project.resolve("target/portal-1.jar").toString())
                : List.of(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        project.resolve("target/classes") + ":" + Files.readString(project.resolve("classpath.txt")),
                        "com.example.portal.CamelApplication");
    }

    private static void ended(CamelCommand command) {
        try (command) {
            await().atMost(Duration.ofSeconds(240)).until(() -> !command.isRunning());
            assertThat(command.exitCode()).as(command.output()).isZero();
        }
    }

    /** The libraries that the document has named in an exported project, as dependencies; one list only for Spring Boot. */
    private static List<String> documentedVersions(String runtime) throws IOException {
        Matcher named = Pattern.compile("`([\\w.]+):([\\w-]+)`(?: and\\s+`([\\w-]+)`)? \\(([\\d.]+)\\)")
                .matcher(Files.readString(DOCUMENT));
        List<String> all = new ArrayList<>();
        while (named.find()) {
            for (int artifact = 2; artifact <= 3; artifact++) {
                String name = named.group(artifact);
                if (name != null && (runtime.equals("spring-boot") || !name.endsWith("-bom"))) {
                    all.add("<dependency><groupId>" + named.group(1) + "</groupId><artifactId>" + name
                            + "</artifactId><version>" + named.group(4) + "</version>"
                            + (name.endsWith("-bom") ? "<type>pom</type><scope>import</scope>" : "")
                            + "</dependency>");
                }
            }
        }
        assertThat(all)
                .as("libraries that the document names with their versions")
                .hasSize(runtime.equals("spring-boot") ? 5 : 4);
        return all;
    }

    private static List<String> documentedCommand() throws IOException {
        return documentedCommand(DOCUMENT, ROUTES);
    }

    /** What follows {@code camel} in the document's command. */
    private static List<String> documentedCommand(Path document, Path routes) throws IOException {
        List<String> commands = Files.readAllLines(document).stream()
                .filter(line -> line.startsWith("camel run "))
                .toList();
        assertThat(commands).as("lines that begin with \"camel run \"").hasSize(1);
        List<String> words = new ArrayList<>();
        for (String word : commands.get(0).substring("camel ".length()).split(" +")) {
            if (word.equals("*" + CAMEL_YAML)) { // as the shell does
                routes(routes).forEach(file -> words.add(file.getFileName().toString()));
            } else {
                words.add(word);
            }
        }
        return words;
    }

    private void copyRoutes(Function<String, String> edit) throws IOException {
        copyRoutes(ROUTES, directory, edit);
    }

    private static void copyRoutes(Path routes, Path to, Function<String, String> edit) throws IOException {
        for (Path file : routes(routes)) {
            Files.writeString(to.resolve(file.getFileName()), edit.apply(Files.readString(file)));
        }
    }

    private static List<Path> routes() throws IOException {
        return routes(ROUTES);
    }

    private static List<Path> routes(Path routes) throws IOException {
        try (Stream<Path> files = Files.list(routes)) {
            return files.filter(file -> file.toString().endsWith(CAMEL_YAML))
                    .sorted()
                    .toList();
        }
    }

    /** The project's own file, with this test's values in place of environment variables. */
    private void copyProperties(Map<String, String> overrides) throws IOException {
        Map<String, String> values = new HashMap<>(Stack.settings(broker, tokens));
        values.put("kafkasend.target-api-url", api.url().toString());
        values.putAll(overrides);
        copyProperties(ROUTES, directory, values);
    }

    private static void copyProperties(Path routes, Path to, Map<String, String> values) throws IOException {
        String text = Files.readString(routes.resolve("application.properties"));
        for (Map.Entry<String, String> value : values.entrySet()) {
            String line = "(?m)^" + value.getKey() + " = .*$";
            assertThat(text).containsPattern(line);
            text = text.replaceAll(line, value.getKey() + " = " + value.getValue());
        }
        Files.writeString(to.resolve("application.properties"), text);
    }

    private Map<TopicPartition, Long> committed() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin
                    .listConsumerGroupOffsets("kafkasend-portal")
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .entrySet()
                    .stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, entry -> entry.getValue().offset()));
        }
    }

    /** The end of each partition that has records. */
    private Map<TopicPartition, Long> ends() throws Exception {
        Map<TopicPartition, OffsetSpec> latest = Map.of(
                new TopicPartition("api-requests", 0), OffsetSpec.latest(),
                new TopicPartition("api-requests", 1), OffsetSpec.latest(),
                new TopicPartition("api-requests", 2), OffsetSpec.latest());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.listOffsets(latest).all().get().entrySet().stream()
                    .filter(entry -> entry.getValue().offset() > 0)
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, entry -> entry.getValue().offset()));
        }
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
