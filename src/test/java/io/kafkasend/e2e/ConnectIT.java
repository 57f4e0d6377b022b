package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.dev.SampleApi;
import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.Portal;
import io.kafkasend.protocol.ErrorCode;
import io.kafkasend.protocol.ResponseError;
import io.kafkasend.security.address.ScriptedNames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the portal connects to: real servers, and a name service that changes its mind. */
class ConnectIT {
    private static final String API = "api.example.test";
    private static final String LOGIN = "login.example.test";
    private static final String PUBLIC = "93.184.216.34";
    private static final String INSIDE = "127.0.0.1";
    private static final String METADATA = "169.254.169.254";

    private static EmbeddedBroker broker;

    private final ScriptedNames names = new ScriptedNames();
    private final Map<String, String> propertiesBefore = new HashMap<>();

    @BeforeAll
    static void startBroker() {
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private static String named(String host, String url) {
        return url.replace(INSIDE, host);
    }

    private static void isUnreachable(ResponseError error) {
        assertThat(error.code()).isEqualTo(ErrorCode.API_UNREACHABLE.name());
        assertThat(error.retryable()).isTrue();
        assertThat(error.message()).isEqualTo("the API could not be reached");
    }

    // --- addresses

    @ParameterizedTest
    @CsvSource({INSIDE, METADATA, "::1", "::ffff:127.0.0.1", "10.0.0.1 " + INSIDE})
    void anApiThatWasPublicIsNotCalledWhereItsNameLeadsInside(String later) throws Exception {
        // Given
        names.host(API, PUBLIC, later);
        try (ScriptedApi api = ScriptedApi.recording();
                CapturedLog security = CapturedLog.begin("kafkasend.security");
                OwnPortal portal =
                        OwnPortal.start(broker, names, Map.of("kafkasend.target-api-url", named(API, api.url())))) {
            // When
            ResponseError error = portal.client.error(portal.client.get("/api/v1/status"));

            // Then
            isUnreachable(error);
            assertThat(api.heads()).isEmpty();
            assertThat(names.lookups(API)).as("at start, and for one attempt").isEqualTo(2);
            assertThat(security.lines())
                    .hasSize(later.split(" ").length)
                    .allMatch(line -> line.startsWith("address refused")
                            && line.contains("event=address_refused")
                            && line.contains("setting=PORTAL_TARGET_API_URL")
                            && line.contains("reason=ADDRESS_FORBIDDEN"));
        }
    }

    @Test
    void ofSeveralAddressesOnlyTheGoodOnesAreUsed() throws Exception {
        // Given
        names.host(API, INSIDE, METADATA + " " + INSIDE + " fe80::1");
        try (ScriptedApi api = ScriptedApi.recording();
                CapturedLog security = CapturedLog.begin("kafkasend.security");
                OwnPortal portal =
                        OwnPortal.start(broker, names, Map.of("kafkasend.target-api-url", named(API, api.url())))) {
            // When
            WireClient.Reply reply = portal.client.reply(portal.client.get("/api/v1/status"));

            // Then
            assertThat(reply.status()).isEqualTo(200);
            assertThat(api.heads()).singleElement().asString().contains("Host: " + API + ":");
            assertThat(security.lines()).hasSize(2).allMatch(line -> line.contains("event=address_refused"));
        }
    }

    @Test
    void anInternalApiIsNotCalledWhereItsNameLeadsToMetadata() throws Exception {
        // Given
        names.host(API, INSIDE, METADATA, INSIDE);
        try (ScriptedApi api = ScriptedApi.recording();
                OwnPortal portal =
                        OwnPortal.start(broker, names, Map.of("kafkasend.target-api-url", named(API, api.url())))) {
            // When
            ResponseError error = portal.client.error(portal.client.get("/api/v1/status"));
            WireClient.Reply later = portal.client.reply(portal.client.get("/api/v1/status"));

            // Then
            isUnreachable(error);
            assertThat(later.status()).isEqualTo(200);
        }
    }

    @Test
    void aNewAddressIsFollowedUnderSteadyTraffic() throws Exception {
        // Given: a name that leads elsewhere from the second connection on
        names.host(API, INSIDE, INSIDE, "127.0.0.2");
        HttpServer before = keptAlive(INSIDE, 0);
        HttpServer after = keptAlive("127.0.0.2", before.getAddress().getPort());
        try (OwnPortal portal = OwnPortal.start(
                broker,
                names,
                Map.of(
                        "kafkasend.target-api-url",
                        "http://" + API + ":" + before.getAddress().getPort()))) {
            List<String> servers = new ArrayList<>();

            // When: never idle, so that nothing but its age ends the connection
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        servers.add(portal.client
                                .reply(portal.client.get("/api/v1/status"))
                                .string());
                        return servers.contains("127.0.0.2");
                    });

            // Then
            assertThat(servers).filteredOn(INSIDE::equals).hasSizeGreaterThan(10);
            assertThat(names.lookups(API))
                    .as("at start, and for each connection")
                    .isEqualTo(3);
        } finally {
            before.stop(0);
            after.stop(0);
        }
    }

    private static HttpServer keptAlive(String address, int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(address, port), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, address.length());
            exchange.getResponseBody().write(address.getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        server.start();
        return server;
    }

    @Test
    void startsWithoutAnAddressAndTakesTheFirstThatComes() throws Exception {
        // Given
        names.host(API, "", INSIDE);
        try (ScriptedApi api = ScriptedApi.recording();
                CapturedLog log = CapturedLog.begin("io.kafkasend.portal.connect.Destination");
                OwnPortal portal =
                        OwnPortal.start(broker, names, Map.of("kafkasend.target-api-url", named(API, api.url())))) {
            // When
            WireClient.Reply reply = portal.client.reply(portal.client.get("/api/v1/status"));

            // Then
            assertThat(reply.status()).isEqualTo(200);
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("no address yet", "setting=PORTAL_TARGET_API_URL", "host=" + API);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PORTAL_TARGET_API_URL, kafkasend.target-api-url, http://api.example.test:80",
        "PORTAL_TARGET_API_URL, kafkasend.target-api-url, http://169.254.169.254",
        "PORTAL_TARGET_API_URL, kafkasend.target-api-url, http://[fd00:ec2::254]/base",
        "PORTAL_TARGET_API_URL, kafkasend.target-api-url, http://2852039166/",
        "PORTAL_TARGET_API_URL, kafkasend.target-api-url, https://metadata.google.internal",
        "OAUTH2_TOKEN_URL, kafkasend.oauth2-token-url, http://api.example.test/token",
        "OAUTH2_TOKEN_URL, kafkasend.oauth2-token-url, https://100.100.100.200/token",
        "PORTAL_PROXY_URL, kafkasend.proxy-url, http://api.example.test:3128",
        "OAUTH2_PROXY_URL, kafkasend.oauth2-proxy-url, http://169.254.1.1:3128"
    })
    void doesNotStartWithAHostWhereNoApiLives(String variable, String property, String url) {
        // Given
        names.host(API, "fe80::1 " + METADATA);
        Map<String, String> settings = new HashMap<>(Map.of(
                "kafkasend.bootstrap-servers", broker.bootstrapServers(),
                "kafkasend.target-api-url", "http://127.0.0.1:1",
                "kafkasend.oauth2-token-url", "http://127.0.0.1:1/token",
                "kafkasend.oauth2-client-id", "portal",
                "kafkasend.oauth2-client-secret", Stack.SECRET));
        settings.put(property, url);
        try (CapturedLog log = CapturedLog.begin("io.kafkasend.portal")) {
            // When
            Throwable failure =
                    catchThrowable(() -> Portal.start(settings, names).close());

            // Then
            assertThat(failure).isNotNull();
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("never connects"))
                    .isNotEmpty()
                    .allMatch(line -> line.startsWith(
                            variable + " is \"" + url + "\", to which the portal never connects: the host "));
        }
    }

    @Test
    void aTokenServerThatWasPublicIsNotAskedWhereItsNameLeadsInside() throws Exception {
        // Given
        names.host(LOGIN, PUBLIC, INSIDE);
        try (ScriptedApi tokens = ScriptedApi.recording();
                ScriptedApi api = ScriptedApi.recording();
                CapturedLog log = CapturedLog.begin("kafkasend.security", "io.kafkasend.portal.report.JobEnd");
                OwnPortal portal =
                        OwnPortal.start(broker, names, withTokens(named(LOGIN, tokens.url()) + "/token", api.url()))) {
            // When
            ResponseError error = portal.client.error(portal.client.get("/api/v1/status"));

            // Then
            assertThat(error.code()).isEqualTo(ErrorCode.OAUTH_UNAVAILABLE.name());
            assertThat(error.retryable()).isTrue();
            assertThat(error.message()).isEqualTo("the portal could get no access token now");
            assertThat(tokens.heads()).isEmpty();
            assertThat(api.heads()).isEmpty();
            assertThat(names.lookups(LOGIN)).as("at start, and once").isEqualTo(2);
            assertThat(log.lines())
                    .anyMatch(line -> line.contains("event=address_refused")
                            && line.contains("setting=OAUTH2_TOKEN_URL")
                            && line.contains("address=" + INSIDE))
                    .anyMatch(
                            line -> line.startsWith("job failed") && line.contains("not connected to, since the host"));
        }
    }

    private static Map<String, String> withTokens(String tokenUrl, String apiUrl) {
        return Map.of(
                "kafkasend.use-oauth",
                "true",
                "kafkasend.oauth2-token-url",
                tokenUrl,
                "kafkasend.oauth2-client-id",
                "portal",
                "kafkasend.oauth2-client-secret",
                Stack.SECRET,
                "kafkasend.target-api-url",
                apiUrl);
    }

    // --- redirects

    @ParameterizedTest
    @CsvSource({"301", "302", "303", "307", "308"})
    void aRedirectIsPassedBackAndNotFollowed(int status) throws Exception {
        // Given
        try (ScriptedApi elsewhere = ScriptedApi.recording();
                ScriptedApi api = ScriptedApi.start((head, socket, out) -> out.write(("HTTP/1.1 " + status
                                + " Moved\r\nLocation: " + elsewhere.url()
                                + "/api/v1/there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII)));
                OwnPortal portal = OwnPortal.start(broker, names, Map.of("kafkasend.target-api-url", api.url()))) {
            // When
            WireClient.Reply reply = portal.client.reply(portal.client.get("/api/v1/here"));

            // Then
            assertThat(reply.status()).isEqualTo(status);
            assertThat(reply.headers()).containsEntry("Location", elsewhere.url() + "/api/v1/there");
            assertThat(api.heads()).hasSize(1);
            assertThat(elsewhere.heads()).isEmpty();
        }
    }

    // --- proxies

    @Test
    void aProxyOfTheJvmIsNotUsed() throws Exception {
        // Given
        try (RecordingProxy proxy = RecordingProxy.start()) {
            String port = Integer.toString(proxy.port());
            for (String kind : List.of("http.proxy", "https.proxy", "socksProxy")) {
                setProperty(kind + "Host", INSIDE);
                setProperty(kind + "Port", port);
            }
            setProperty("http.nonProxyHosts", "");
            setProperty("socksNonProxyHosts", "");

            // When
            int status = statusOfADirectCall();

            // Then
            assertThat(status).isEqualTo(200);
            assertThat(proxy.lines()).isEmpty();
        }
    }

    private int statusOfADirectCall() throws Exception {
        try (TokenServer tokens = TokenServer.start("portal", Stack.SECRET);
                SampleApi api = SampleApi.start(tokens::isValid);
                OwnPortal portal = OwnPortal.start(
                        broker,
                        names.host(API, INSIDE).host(LOGIN, INSIDE),
                        withTokens(
                                named(LOGIN, tokens.tokenUrl().toString()),
                                named(API, api.url().toString())))) {
            return portal.client.reply(portal.client.get("/api/v1/status")).status();
        }
    }

    @Test
    void aProxyThatIsSetIsUsedAndSaid() throws Exception {
        // Given
        try (RecordingProxy proxy = RecordingProxy.start();
                RecordingProxy tokenProxy = RecordingProxy.start();
                TokenServer tokens = TokenServer.start("portal", Stack.SECRET);
                SampleApi api = SampleApi.start(tokens::isValid);
                CapturedLog log = CapturedLog.begin("io.kafkasend.portal.connect.Destination")) {
            Map<String, String> settings = new HashMap<>(withTokens(
                    named(LOGIN, tokens.tokenUrl().toString()),
                    named(API, api.url().toString())));
            settings.put("kafkasend.proxy-url", proxy.url());
            settings.put("kafkasend.oauth2-proxy-url", tokenProxy.url());
            try (OwnPortal portal = OwnPortal.start(broker, names, settings)) {
                // When
                WireClient.Reply reply = portal.client.reply(portal.client.get("/api/v1/documents/a?size=10&x=%2B"));

                // Then
                assertThat(proxy.lines())
                        .containsExactly("GET " + named(API, api.url().toString())
                                + "/api/v1/documents/a?size=10&x=%2B HTTP/1.1");
                assertThat(reply.status()).isEqualTo(200);
                assertThat(tokenProxy.lines())
                        .containsExactly(
                                "POST " + named(LOGIN, tokens.tokenUrl().toString()) + " HTTP/1.1");
                assertThat(names.lookups(API) + names.lookups(LOGIN)).isZero();
                assertThat(log.lines())
                        .anyMatch(line -> line.contains("host of PORTAL_TARGET_API_URL: its addresses are not checked"))
                        .anyMatch(line -> line.contains("host of OAUTH2_TOKEN_URL: its addresses are not checked"));
            }
        }
    }

    @Test
    void aProxyThatWasPublicIsNotUsedWhereItsNameLeadsInside() throws Exception {
        // Given
        names.host("proxy.example.test", PUBLIC, INSIDE);
        try (RecordingProxy proxy = RecordingProxy.start();
                ScriptedApi api = ScriptedApi.recording();
                OwnPortal portal = OwnPortal.start(
                        broker,
                        names,
                        Map.of(
                                "kafkasend.target-api-url", named(API, api.url()),
                                "kafkasend.proxy-url", named("proxy.example.test", proxy.url())))) {
            // When
            ResponseError error = portal.client.error(portal.client.get("/api/v1/status"));

            // Then
            isUnreachable(error);
            assertThat(proxy.lines()).isEmpty();
        }
    }

    private void setProperty(String name, String value) {
        propertiesBefore.put(name, System.setProperty(name, value));
    }

    @AfterEach
    void putPropertiesBack() {
        propertiesBefore.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }
}
