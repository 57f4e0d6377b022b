package io.kafkasend.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkasend.config.PortalSettings;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.JobId;
import io.kafkasend.setting.Setting;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** What one fault is injected into: topics of its own, an API, a portal, a client; and what an operator sees of it all. */
final class DrillGround implements AutoCloseable {
    /** What a look at a portal says that is not there. */
    static final String NO_ANSWER = "no answer";

    private static final Pattern MANAGEMENT = Pattern.compile("url=\"?(http://127\\.0\\.0\\.1:\\d+)/observe/health");
    private static final ObjectMapper JSON = new ObjectMapper();

    final EmbeddedBroker broker;
    final Path directory;
    final String name = "drill-" + UUID.randomUUID().toString().substring(0, 8);
    final ScriptedApi api;
    private final CountDownLatch released = new CountDownLatch(1);
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final Map<String, String> kafka = new HashMap<>();
    private final CapturedLog captured =
            CapturedLog.begin("io.kafkasend.portal", "io.kafkasend.oauth", "kafkasend.security");
    private volatile int status = 200;
    private CommandProcess process;
    private ManagementClient management;
    private String job = JobId.random().value();
    private String clientsLine = "";
    private String endpoint = "/api/v1/status";

    /**
     * @param broker one that others may share
     * @param directory takes what processes write
     */
    DrillGround(EmbeddedBroker broker, Path directory) throws IOException {
        this.broker = broker;
        this.directory = directory;
        api = open(ScriptedApi.start((head, socket, out) -> {
            if (head.contains("/api/v1/held")) {
                released.await();
            }
            out.write(("HTTP/1.1 " + status + " Planned\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        }));
        opened.push(released::countDown);
        kafka.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        kafka.put("KAFKA_REQUEST_TOPIC", name + "-requests");
        kafka.put("KAFKA_RESPONSE_TOPIC", name + "-responses");
        kafka.put("PORTAL_DEAD_LETTER_TOPIC", name + "-dead");
        kafka.put("KAFKA_CONSUMER_GROUP", name);
    }

    /** The topics of this ground, at its own broker. */
    DrillGround topics(String... kinds) {
        for (String kind : kinds) {
            broker.createTopic(name + "-" + kind, 1);
        }
        return this;
    }

    DrillGround allTopics() {
        return topics("requests", "responses", "dead");
    }

    <T extends AutoCloseable> T open(T closeable) {
        opened.push(closeable);
        return closeable;
    }

    /** How commands and portals get to Kafka, and what is there. */
    Map<String, String> kafka() {
        return kafka;
    }

    /** From now on the API answers this. */
    void apiAnswers(int code) {
        status = code;
    }

    private Map<String, String> portalsEnvironment(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(kafka);
        all.put("PORTAL_TARGET_API_URL", api.url());
        all.put("PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*");
        all.put("PORTAL_USE_OAUTH", "false");
        all.put("PORTAL_RETRY_MAX_ATTEMPTS", "1");
        all.put("PORTAL_MODERN_READERS", "true"); // so that clients hear how far their jobs are
        all.put("PORTAL_MANAGEMENT_PORT", "0");
        all.put("KAFKA_SESSION_TIMEOUT_MS", "6000");
        all.putAll(more);
        return all;
    }

    /** A portal that is ready, within this process. */
    Portal portal(Map<String, String> more) throws Exception {
        Map<String, String> environment = portalsEnvironment(more);
        Map<String, String> properties = new HashMap<>();
        for (Setting<?> setting : PortalSettings.all()) {
            if (environment.containsKey(setting.variable())) {
                properties.put(setting.property(), environment.get(setting.variable()));
            }
        }
        Portal portal = open(Portal.start(properties));
        management = ManagementClient.of(portal);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> ready().equals("UP"));
        return portal;
    }

    /** A portal in a process of its own, once it has logged this. */
    CommandProcess portalProcess(String line) throws IOException {
        process = open(CommandProcess.start(directory, "256m", portalsEnvironment(Map.of()), "portal"));
        process.awaitLog("the management port is open");
        process.awaitLog(line);
        Matcher url = MANAGEMENT.matcher(process.log());
        if (!url.find()) {
            throw new AssertionError(process.log());
        }
        management = ManagementClient.of(URI.create(url.group(1)));
        return process;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** A job of a client that says nothing of it. */
    WireClient wire() {
        return open(new WireClient(broker.bootstrapServers(), name + "-requests", name + "-responses"));
    }

    /** The job that is traced. */
    void job(JobId id) {
        job = id.value();
    }

    /** A request by the command line, whose last line is kept. */
    void client(String path) throws IOException {
        client(path, 6);
    }

    void client(String path, int seconds) throws IOException {
        endpoint = path;
        List<String> arguments = new ArrayList<>(
                List.of("send-request", "-e", path, "--connect-timeout", "2", "--retries", "0", "--json", "--timeout"));
        arguments.add(String.valueOf(seconds));
        Command run = Command.run(kafka, arguments.toArray(String[]::new));
        String id = JSON.readTree(run.out()).path("job_id").asText("");
        if (JobId.parse(id).isPresent()) {
            job = id;
        }
        List<String> lines = run.err().lines().toList();
        clientsLine = lines.isEmpty() ? run.out().strip() : lines.get(lines.size() - 1);
    }

    String clientsLine() {
        return clientsLine;
    }

    String doctor() {
        return Command.run(kafka, "doctor", "--probe", endpoint, "--timeout", "4", "--connect-timeout", "2")
                .out();
    }

    String trace() {
        Command run = Command.run(kafka, "trace", job, "--since", "1h", "--connect-timeout", "2");
        return run.out() + run.err();
    }

    /** UP, or why not. */
    String ready() {
        try {
            return management.isReady() ? "UP" : "DOWN: " + management.reason();
        } catch (IOException e) {
            return NO_ANSWER;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String metrics() {
        try {
            return management.send("GET", "/observe/metrics").body();
        } catch (IOException e) {
            return NO_ANSWER;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    String log() {
        return process == null ? String.join("\n", captured.lines()) : process.log();
    }

    @Override
    public void close() {
        try {
            while (!opened.isEmpty()) {
                opened.pop().close();
            }
        } catch (Exception e) {
            throw new AssertionError("the ground of " + name + " is not cleared", e);
        } finally {
            captured.close();
        }
    }
}
