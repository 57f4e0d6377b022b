package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kafkasend.client.Answer;
import io.kafkasend.client.Body;
import io.kafkasend.client.ClientException;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.client.ScriptedPortal;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.call.StreamedUpload;
import io.kafkasend.protocol.Method;
import io.kafkasend.security.address.NameService;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.commons.fileupload2.core.RequestContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A form as its client asks for it, from the SDK to an HTTP server that takes it apart. */
class FormIT {
    /** A part as the server found it. */
    private record Part(String name, String filename, String text) {}

    private static final List<List<Part>> FORMS = new CopyOnWriteArrayList<>();

    private static EmbeddedBroker broker;
    private static HttpServer api;

    @BeforeAll
    static void start() throws IOException {
        broker = EmbeddedBroker.start();
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", FormIT::serve);
        api.start();
    }

    @AfterAll
    static void stop() {
        api.stop(0);
        broker.close();
    }

    private static void serve(HttpExchange exchange) throws IOException {
        List<Part> parts = new ArrayList<>();
        StreamedUpload upload = new StreamedUpload();
        upload.setHeaderCharset(UTF_8);
        upload.getItemIterator(new Received(exchange))
                .forEachRemaining(item -> parts.add(new Part(
                        item.getFieldName(),
                        item.getName(),
                        new String(item.getInputStream().readAllBytes(), UTF_8))));
        FORMS.add(parts);
        exchange.sendResponseHeaders(201, -1);
        exchange.close();
    }

    private static OwnPortal portal(Map<String, String> overrides) throws Exception {
        Map<String, String> settings = new java.util.HashMap<>(overrides);
        settings.put(
                "kafkasend.target-api-url",
                "http://127.0.0.1:" + api.getAddress().getPort());
        return OwnPortal.start(broker, NameService.system(), settings);
    }

    private static KafkaSendClient client(String requestTopic) {
        return KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .requestTopic(requestTopic)
                .responseTopic(requestTopic.replace("-requests", "-responses"))
                .defaultTimeout(Duration.ofSeconds(30))
                .build();
    }

    private static Request.Builder upload() {
        return Request.builder()
                .method(Method.POST)
                .endpoint("/api/v1/upload")
                .filename("a.txt")
                .contentType("text/plain")
                .body(Body.of("the file"));
    }

    private static List<Part> last() {
        return FORMS.get(FORMS.size() - 1);
    }

    @Test
    void theApiGetsTheFieldsInOrderAndTheFileLastUnderItsName() throws Exception {
        try (OwnPortal portal = portal(Map.of());
                KafkaSendClient client = client(portal.requestTopic)) {
            // When
            Answer answer = client.call(upload().formField("document")
                    .form("key", "reports/\u00e4.txt")
                    .form("tag", "a")
                    .form("tag", "b\r\n--c")
                    .form("say \"it\"", "")
                    .build());

            // Then
            assertThat(answer.status()).isEqualTo(201);
            assertThat(last())
                    .containsExactly(
                            new Part("key", null, "reports/\u00e4.txt"),
                            new Part("tag", null, "a"),
                            new Part("tag", null, "b\r\n--c"),
                            new Part("say %22it%22", null, ""),
                            new Part("document", "a.txt", "the file"));
        }
    }

    @Test
    void theOperatorNamesTheFieldWhereTheClientDoesNot() throws Exception {
        try (OwnPortal portal = portal(Map.of("kafkasend.multipart-field", "upload[0]"));
                KafkaSendClient client = client(portal.requestTopic)) {
            // When: the second, as clients of before send it
            client.call(upload().formField("other").build());
            client.call(upload().build());

            // Then
            assertThat(FORMS.get(FORMS.size() - 2)).containsExactly(new Part("other", "a.txt", "the file"));
            assertThat(last()).containsExactly(new Part("upload[0]", "a.txt", "the file"));
        }
    }

    @Test
    void withoutAnythingSaidTheFieldIsFile() throws Exception {
        try (OwnPortal portal = portal(Map.of());
                KafkaSendClient client = client(portal.requestTopic)) {
            // When
            client.call(upload().build());

            // Then
            assertThat(last()).containsExactly(new Part("file", "a.txt", "the file"));
        }
    }

    @Test
    void theClientSaysThatAPortalIsTooOldForIt() throws Exception {
        // Given
        broker.createTopic("old-requests", 1);
        broker.createTopic("old-responses", 1);
        try (ScriptedPortal portal = new ScriptedPortal(
                        broker.bootstrapServers(), "old-requests", "old-responses", ScriptedPortal.echo());
                KafkaSendClient client = client("old-requests")) {
            // When
            ClientException failure = catchThrowableOfType(
                    ClientException.class,
                    () -> client.call(upload().formField("document").build()));

            // Then
            assertThat(failure.kind()).isEqualTo(ClientException.Kind.OLD_PORTAL);
            assertThat(failure).hasMessageContaining("too old for form fields").hasMessageContaining("answered 200");
            assertThat(client.call(upload().build()).status()).isEqualTo(200);
            assertThat(portal.chunksSeen()).isEqualTo(2);
        }
    }

    /** The request as Commons FileUpload asks for it. */
    private record Received(HttpExchange exchange) implements RequestContext {
        @Override
        public String getCharacterEncoding() {
            return "UTF-8";
        }

        @Override
        public long getContentLength() {
            return Long.parseLong(exchange.getRequestHeaders().getFirst("Content-Length"));
        }

        @Override
        public String getContentType() {
            return exchange.getRequestHeaders().getFirst("Content-Type");
        }

        @Override
        public InputStream getInputStream() {
            return exchange.getRequestBody();
        }

        @Override
        public boolean isMultipartRelated() {
            return false;
        }
    }
}
