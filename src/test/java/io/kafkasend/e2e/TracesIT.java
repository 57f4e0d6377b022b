package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.e2e.TraceCollector.Step;
import io.kafkasend.security.address.NameService;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Traces from the command to the API, as a collector gets them. */
@Timeout(120)
class TracesIT {
    private static final Pattern TRACE = Pattern.compile("(?m)^trace ([0-9a-f]{32})$");
    private static final Pattern TOLD = Pattern.compile("(?im)^traceparent: (\\S+)\r?$");
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static EmbeddedBroker broker;
    private static TraceCollector collector;
    private static ScriptedApi api;
    private static OwnPortal portal;

    @BeforeAll
    static void start() throws Exception {
        broker = EmbeddedBroker.start();
        collector = TraceCollector.start();
        Map<String, Integer> asked = new HashMap<>();
        api = ScriptedApi.start((head, socket, out) -> {
            String path = head.split(" ")[1];
            int before = asked.merge(path, 1, Integer::sum);
            if (path.contains("/broken")) {
                return; // closes the connection
            }
            String status = path.contains("/ill") && before == 1 ? "503 Ill" : "200 OK";
            out.write(("HTTP/1.1 " + status + "\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok").getBytes());
        });
        portal = OwnPortal.start(
                broker,
                NameService.system(),
                Map.of(
                        "kafkasend.target-api-url", api.url(),
                        "kafkasend.allowed-headers", "Accept,X-Request-ID,traceparent,tracestate",
                        "kafkasend.retry-max-delay-seconds", "1",
                        "kafkasend.otel-exporter-otlp-endpoint", collector.url(),
                        "kafkasend.otel-exporter-otlp-headers", "x-key=s3cret-key",
                        "kafkasend.otel-resource-attributes", "deployment.environment.name=a%20test"));
    }

    @AfterAll
    static void stop() {
        portal.close();
        api.close();
        collector.close();
        broker.close();
    }

    private static Command send(Map<String, String> more, String... arguments) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                "KAFKA_REQUEST_TOPIC", portal.requestTopic,
                "KAFKA_RESPONSE_TOPIC", portal.requestTopic.replace("-requests", "-responses"),
                "OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()));
        environment.putAll(more);
        List<String> all = new ArrayList<>(List.of("send-request", "--timeout", "60", "--retries", "0"));
        all.addAll(List.of(arguments));
        return Command.run(environment, all.toArray(String[]::new));
    }

    private static String traceOf(Command command) {
        Matcher trace = TRACE.matcher(command.err());
        assertThat(trace.find()).as(command.err()).isTrue();
        return trace.group(1);
    }

    private static List<Step> steps(String trace, int count) {
        await().until(() -> collector.of(trace).size() >= count);
        assertThat(collector.of(trace)).hasSize(count);
        return collector.of(trace);
    }

    private static Step only(List<Step> steps, String name) {
        List<Step> found =
                steps.stream().filter(step -> step.name().equals(name)).toList();
        assertThat(found).as(name + " among " + steps).hasSize(1);
        return found.get(0);
    }

    private static String told(String path) {
        String head = api.heads().stream()
                .filter(one -> one.contains(path))
                .reduce((first, last) -> last)
                .orElseThrow();
        Matcher told = TOLD.matcher(head);
        assertThat(told.find()).as(head).isTrue();
        return told.group(1);
    }

    @Test
    void oneTraceGoesFromTheCommandToTheApi() {
        // When
        Command command = send(
                Map.of(),
                "-e",
                "/api/v1/well/s3cret-path?key=s3cret-query",
                "-H",
                "X-Request-ID: s3cret-header",
                "-H",
                "tracestate: s3cret=state",
                "-H",
                "traceparent: " + PARENT,
                "-d",
                "s3cret-body",
                "--trace");

        // Then
        assertThat(command.code()).as(command.err()).isZero();
        List<Step> steps = steps(traceOf(command), 4);
        Step send = only(steps, "send " + portal.requestTopic);
        Step process = only(steps, "process " + portal.requestTopic);
        Step call = only(steps, "POST /api/v1/*");
        Step answer = only(steps, "send " + portal.requestTopic.replace("-requests", "-responses"));
        assertThat(List.of(send.kind(), process.kind(), call.kind(), answer.kind()))
                .containsExactly("PRODUCER", "CONSUMER", "CLIENT", "PRODUCER");
        assertThat(send.parent()).isEmpty();
        assertThat(process.parent()).isEqualTo(send.id());
        assertThat(call.parent()).isEqualTo(process.id());
        assertThat(answer.parent()).isEqualTo(process.id());
        assertThat(told("/well/")).isEqualTo("00-" + send.trace() + "-" + call.id() + "-01");
        assertThat(send.service()).isEqualTo("kafkasend");
        assertThat(process.service()).isEqualTo("kafkasend-portal");
        assertThat(process.events()).containsExactly("answering", "calling", "whole");
        assertThat(process.from()).isLessThanOrEqualTo(call.from());
        assertThat(process.to()).isGreaterThanOrEqualTo(call.to()).isGreaterThanOrEqualTo(answer.to());
        String job = process.attributes().get("messaging.message.conversation_id");
        assertThat(command.err()).contains(job);
        assertThat(send.attributes()).containsEntry("messaging.message.conversation_id", job);
        assertThat(answer.attributes())
                .containsEntry("messaging.message.conversation_id", job)
                .containsEntry("messaging.operation.type", "send");
        assertThat(process.attributes())
                .containsEntry("messaging.system", "kafka")
                .containsEntry("messaging.operation.type", "process")
                .containsEntry("messaging.destination.name", portal.requestTopic)
                .containsEntry("messaging.message.body.size", "11")
                .doesNotContainKey("error.type");
        assertThat(call.attributes())
                .containsEntry("http.request.method", "POST")
                .containsEntry("url.template", "/api/v1/*")
                .containsEntry("http.response.status_code", "200")
                .containsEntry("server.address", "127.0.0.1");
        assertThat(steps).noneMatch(Step::failed);
        assertThat(collector.text()).doesNotContain("s3cret").contains("a test");
        assertThat(api.heads()).noneMatch(head -> head.contains("tracestate"));
        assertThat(collector.keys()).contains("s3cret-key");
    }

    @Test
    void aCallThatIsMadeAgainHasAStepForEach() {
        // When
        Command command = send(Map.of(), "-e", "/api/v1/ill", "--trace");

        // Then
        assertThat(command.code()).as(command.err()).isZero();
        List<Step> calls = steps(traceOf(command), 5).stream()
                .filter(step -> step.kind().equals("CLIENT"))
                .toList();
        assertThat(calls)
                .extracting(
                        step -> step.attributes().get("http.response.status_code"),
                        step -> step.attributes().get("error.type"),
                        step -> step.attributes().get("http.request.resend_count"))
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("503", "503", null),
                        org.assertj.core.groups.Tuple.tuple("200", null, "1"));
        assertThat(told("/ill")).contains(calls.get(1).id());
    }

    @Test
    void aJobThatFailsSaysWhyByItsCode() {
        // When
        Command command = send(Map.of(), "-e", "/api/v1/broken", "-d", "a", "--trace");

        // Then
        assertThat(command.code()).isEqualTo(1);
        List<Step> steps = steps(traceOf(command), 3);
        assertThat(steps)
                .allMatch(Step::failed)
                .extracting(Step::kind, step -> step.attributes().get("error.type"))
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("PRODUCER", "API_BROKEN"),
                        org.assertj.core.groups.Tuple.tuple("CONSUMER", "API_BROKEN"),
                        org.assertj.core.groups.Tuple.tuple("CLIENT", "broken"));
    }

    @Test
    void aRequestThatIsRefusedHasAStepOfItsOwn() {
        // When
        Command command = send(Map.of(), "-e", "/s3cret-elsewhere", "--trace");

        // Then
        assertThat(command.code()).isEqualTo(1);
        Step process = only(steps(traceOf(command), 2), "process " + portal.requestTopic);
        assertThat(process.attributes()).containsEntry("error.type", "ENDPOINT_NOT_ALLOWED");
        assertThat(collector.text()).doesNotContain("s3cret");
    }

    @Test
    void theCommandGoesOnWithTheTraceOfItsEnvironmentOrItsOption() {
        // When
        Command byOption = send(Map.of(), "-e", "/api/v1/well", "--trace", PARENT, "-q", "--json");
        Command byEnvironment = send(
                Map.of("TRACEPARENT", PARENT.replace("4bf9", "5bf9"), "OTEL_EXPORTER_OTLP_ENDPOINT", ""),
                "--trace",
                "-e",
                "/api/v1/well");

        // Then
        assertThat(byOption.out()).contains("\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\"");
        assertThat(byOption.err()).isEmpty();
        List<Step> steps = steps("4bf92f3577b34da6a3ce929d0e0e4736", 4);
        assertThat(only(steps, "send " + portal.requestTopic).parent()).isEqualTo("00f067aa0ba902b7");
        assertThat(traceOf(byEnvironment)).isEqualTo("5bf92f3577b34da6a3ce929d0e0e4736");
        assertThat(steps("5bf92f3577b34da6a3ce929d0e0e4736", 3))
                .allMatch(step -> step.service().equals("kafkasend-portal"));
    }

    @Test
    void whoKeepsNoTraceIsToldOfAndNotExported() throws Exception {
        // When
        Command command = send(
                Map.of(),
                "-e",
                "/api/v1/unkept",
                "--trace",
                PARENT.replace("4bf9", "6bf9").replace("-01", "-00"));
        Command after = send(Map.of(), "-e", "/api/v1/well", "--trace");

        // Then
        assertThat(command.code()).as(command.err()).isZero();
        assertThat(told("/unkept")).startsWith("00-6bf9").endsWith("-00");
        steps(traceOf(after), 4);
        assertThat(collector.all()).noneMatch(step -> step.trace().startsWith("6bf9"));
    }

    @Test
    void aTraceparentThatIsNoneIsAUsageError() {
        // When
        Command command = send(Map.of(), "-e", "/api/v1/well", "--trace", "00-1234567890-1-01");

        // Then
        assertThat(command.code()).isEqualTo(2);
        assertThat(command.err()).contains("no traceparent");
    }

    @Test
    void aCollectorThatIsAwayCostsOneLineAndNothingElse() throws Exception {
        // Given
        String nowhere;
        try (TraceCollector gone = TraceCollector.start()) {
            nowhere = gone.url();
        }

        // When
        Command command = send(
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", nowhere), "-e", "/api/v1/well", "--trace", "--log-level", "warn");

        // Then
        assertThat(command.code()).isZero();
        assertThat(command.out()).isEqualTo("ok");
        assertThat(command.err().lines().filter(line -> line.contains("traces")))
                .as(command.err())
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void withoutACollectorNothingOfOpenTelemetryIsNeeded() throws Exception {
        // Given
        URL[] withoutIt = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("opentelemetry"))
                .map(entry -> {
                    try {
                        return Path.of(entry).toUri().toURL();
                    } catch (java.net.MalformedURLException e) {
                        throw new AssertionError(e);
                    }
                })
                .toArray(URL[]::new);
        broker.createTopic("off-requests", 1);
        broker.createTopic("off-responses", 1);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();

        // When
        try (URLClassLoader loader = new URLClassLoader(withoutIt, ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            Class<?> type = loader.loadClass("io.kafkasend.portal.Portal");
            Map<String, String> settings = Map.of(
                    "kafkasend.bootstrap-servers", broker.bootstrapServers(),
                    "kafkasend.request-topic", "off-requests",
                    "kafkasend.response-topic", "off-responses",
                    "kafkasend.consumer-group", "off",
                    "kafkasend.use-oauth", "false",
                    "kafkasend.allowed-endpoints", "/api/v1/*",
                    "kafkasend.allowed-headers", "",
                    "kafkasend.target-api-url", api.url());
            AutoCloseable off =
                    (AutoCloseable) type.getMethod("start", Map.class).invoke(null, settings);
            thread.setContextClassLoader(before); // the command is of this process
            try {
                Command command = send(
                        Map.of("KAFKA_REQUEST_TOPIC", "off-requests", "KAFKA_RESPONSE_TOPIC", "off-responses"),
                        "-e",
                        "/api/v1/off",
                        "--trace");

                // Then
                assertThat(command.code()).as(command.err()).isZero();
                assertThat(api.heads())
                        .filteredOn(head -> head.contains("/off"))
                        .hasSize(1)
                        .noneMatch(head -> head.toLowerCase().contains("traceparent"));
            } finally {
                off.close();
            }
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
