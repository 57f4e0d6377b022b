package io.kafkasend.e2e;

import io.kafkasend.dev.TokenServer;
import io.kafkasend.portal.ledger.Capacity;
import io.kafkasend.portal.ledger.Ledger;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import io.kafkasend.tls.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.awaitility.Awaitility;

/** Faults that operators meet, each with how it is brought about. */
enum DrillFault {
    CLIENT_DIES("a client dies while it uploads", true, ground -> {
        ground.allTopics().portal(Map.of("PORTAL_JOB_IDLE_SECONDS", "1"));
        WireClient wire = ground.wire();
        JobId id = JobId.random();
        byte[] body = new byte[1_500_000];
        wire.start(WireClient.start(id, Method.POST, "/api/v1/upload", Map.of(), null, "application/x-a", body));
        wire.chunk(id, 0, 3, WireClient.piece(body, 0));
        wire.flush();
        ground.job(id);
    }),

    BROKER_DEAD("no broker runs", false, ground -> {
        ground.allTopics().portal(Map.of());
        ground.broker.stop();
        ground.open(ground.broker::restart);
        ground.client("/api/v1/status");
    }),

    BROKER_HANGS("the broker hangs", false, ground -> {
        int port = DrillGround.freePort();
        CommandProcess broker = ground.open(CommandProcess.start(
                ground.directory, "256m", Map.of(), "broker", "--port", String.valueOf(port), "--partitions", "1"));
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> broker.out()
                .contains("listening on"));
        ground.kafka()
                .putAll(Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + port,
                        "KAFKA_REQUEST_TOPIC", "api-requests",
                        "KAFKA_RESPONSE_TOPIC", "api-responses",
                        "PORTAL_DEAD_LETTER_TOPIC", "api-dead-letters"));
        ground.portal(Map.of());
        broker.signal("STOP");
        ground.open(() -> broker.signal("CONT"));
        ground.client("/api/v1/status");
    }),

    NO_TOPIC("the request topic does not exist", false, ground -> {
        ground.topics("responses", "dead").portalProcess("; waiting");
        ground.client("/api/v1/status");
    }),

    NO_READ("the portal may not read requests", false, ground -> {
        SecureBroker secure = secured(ground);
        secure.revoke(acl(AclOperation.READ, "api-requests"));
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !ground.ready()
                .equals("UP"));
        ground.client("/api/v1/status");
    }),

    PORTAL_KILLED("the portal is killed", false, ground -> {
        ground.allTopics().portalProcess("the portal is up").close();
        ground.client("/api/v1/status"); // it is a member still
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> ground.doctor()
                .contains("has no member"));
        ground.client("/api/v1/status");
    }),

    OTHER_TOPIC("the portal reads another topic", false, ground -> {
        ground.allTopics().topics("other").portal(Map.of("KAFKA_REQUEST_TOPIC", ground.name + "-other"));
        ground.client("/api/v1/status");
    }),

    POLL_THREAD("the thread that reads requests hangs", false, ground -> {
        CountDownLatch go = new CountDownLatch(1);
        ground.allTopics().portal(Map.of()).bean("ledger", Ledger.class).needs(new Capacity() {
            @Override
            public boolean full() {
                Awaitility.await().forever().until(() -> go.getCount() == 0);
                return false;
            }

            @Override
            public String waitsFor() {
                return "nothing comes";
            }

            @Override
            public void awaitRoom(long nanos) {
                // There is always room.
            }
        });
        ground.open(go::countDown);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !ground.ready()
                .equals("UP"));
        ground.client("/api/v1/status");
    }),

    SLOTS_BUSY("all calls take long", false, ground -> {
        ground.allTopics().portal(Map.of("PORTAL_MAX_CONCURRENT_JOBS", "2"));
        WireClient wire = ground.wire();
        wire.get("/api/v1/held");
        wire.get("/api/v1/held");
        wire.flush();
        Awaitility.await().until(() -> !ground.api.heads().isEmpty());
        ground.client("/api/v1/status");
    }),

    ENDPOINT("the endpoint is not on the list", true, ground -> {
        ground.allTopics().portal(Map.of());
        ground.client("/api/v2/status");
    }),

    REPLY_TOPIC("the client asks for a reply topic that it may not have", false, ground -> {
        ground.allTopics().topics("other").portal(Map.of());
        ground.kafka().put("CLIENT_REPLY_TO", ground.name + "-other");
        ground.client("/api/v1/status");
    }),

    SIGNATURE("the client signs with another key than the portal has", true, ground -> {
        ground.allTopics().portal(Map.of("PORTAL_CLIENT_KEYS", "src/test/resources/vectors/client-keys"));
        ground.kafka().put("CLIENT_SIGNING_KEY", "src/test/resources/vectors/signing-keys/ed.pem");
        ground.kafka().put("CLIENT_ID", "es");
        ground.client("/api/v1/status");
    }),

    TOKEN_SERVER_DOWN("the token server is down", false, ground -> {
        ground.allTopics()
                .portal(tokens(
                        "http://127.0.0.1:" + DrillGround.freePort() + "/token", "PORTAL_JOB_TIMEOUT_SECONDS", "3"));
        ground.client("/api/v1/status", 20);
    }),

    TOKEN_REFUSED("the portal's secret is wrong", true, ground -> {
        TokenServer tokens = ground.open(TokenServer.start("portal", "another"));
        ground.allTopics().portal(tokens(tokens.tokenUrl().toString()));
        ground.client("/api/v1/status");
    }),

    API_DOWN("the API is down", true, ground -> {
        ground.allTopics().portal(Map.of("PORTAL_TARGET_API_URL", "http://127.0.0.1:" + DrillGround.freePort()));
        ground.client("/api/v1/status");
    }),

    API_HANGS("the API hangs", false, ground -> {
        ground.allTopics()
                .portal(Map.of(
                        "PORTAL_JOB_TIMEOUT_SECONDS", "3", "PORTAL_TARGET_API_URL", ground.api.url() + "/api/v1/held"));
        ground.client("/api/v1/status", 20);
    }),

    BREAKER("the API fails until the breaker opens", true, ground -> {
        ground.allTopics().portal(Map.of("PORTAL_BREAKER_WINDOW_CALLS", "2", "PORTAL_BREAKER_OPEN_SECONDS", "60"));
        ground.apiAnswers(503);
        ground.client("/api/v1/status");
        ground.client("/api/v1/status");
        ground.client("/api/v1/status");
    }),

    CERTIFICATE("the API's certificate is another host's", false, ground -> {
        TestAuthority authority = new TestAuthority("drill CA");
        TlsApi api =
                ground.open(new TlsApi(authority.issueFor("elsewhere.example", TestAuthority.keys("EC", 256)), null));
        Path file = TestAuthority.write(ground.directory, ground.name + ".pem", authority.pem());
        ground.allTopics()
                .portal(Map.of(
                        "PORTAL_TARGET_API_URL", "https://localhost:" + api.port(), "PORTAL_CA_FILE", file.toString()));
        ground.client("/api/v1/status");
    }),

    NO_WRITE("the portal may not write answers", false, ground -> {
        SecureBroker secure = secured(ground);
        secure.revoke(acl(AclOperation.WRITE, "api-responses"));
        ground.client("/api/v1/status");
    }),

    DEAD_LETTERS("the topic of dead letters is missing", false, ground -> {
        ground.topics("requests", "responses").portal(Map.of());
        WireClient wire = ground.wire();
        JobId id = JobId.random();
        wire.raw(
                "another key".getBytes(StandardCharsets.UTF_8),
                ("{\"job_id\":\"" + id + "\"}").getBytes(StandardCharsets.UTF_8));
        wire.flush();
        ground.job(id);
    });

    /** Brings a fault about, and sends the job that meets it. */
    @FunctionalInterface
    private interface Injection {
        void into(DrillGround ground) throws Exception;
    }

    private final String title;
    private final boolean brief;
    private final Injection injection;

    DrillFault(String title, boolean brief, Injection injection) {
        this.title = title;
        this.brief = brief;
        this.injection = injection;
    }

    void inject(DrillGround ground) throws Exception {
        injection.into(ground);
    }

    /** Whether it costs a few seconds only. */
    boolean isBrief() {
        return brief;
    }

    /** As the document names it. */
    @Override
    public String toString() {
        return title;
    }

    private static Map<String, String> tokens(String url, String... more) {
        Map<String, String> all = new HashMap<>(Map.of(
                "PORTAL_USE_OAUTH", "true",
                "OAUTH2_TOKEN_URL", url,
                "OAUTH2_CLIENT_ID", "portal",
                "OAUTH2_CLIENT_SECRET", "secret"));
        for (int i = 0; i < more.length; i += 2) {
            all.put(more[i], more[i + 1]);
        }
        return all;
    }

    /** A broker with ACLs, a portal with those that the documents name, and commands of an operator who may do all. */
    private static SecureBroker secured(DrillGround ground) throws Exception {
        SecureBroker secure = ground.open(new SecureBroker(ground.directory));
        secure.grant(MinimalAcls.documented());
        ground.kafka()
                .putAll(Map.of(
                        "KAFKA_BOOTSTRAP_SERVERS", secure.broker.bootstrapServers(),
                        "KAFKA_REQUEST_TOPIC", "api-requests",
                        "KAFKA_RESPONSE_TOPIC", "api-responses",
                        "PORTAL_DEAD_LETTER_TOPIC", "api-dead-letters",
                        "KAFKA_CONSUMER_GROUP", "kafkasend-portal"));
        ground.portal(secure.login("SCRAM-SHA-512", "portal"));
        return secure;
    }

    private static AclBinding acl(AclOperation right, String topic) throws Exception {
        List<AclBinding> found = MinimalAcls.documented().stream()
                .filter(acl -> acl.entry().principal().equals("User:portal")
                        && acl.entry().operation() == right
                        && acl.pattern().name().equals(topic))
                .toList();
        return found.get(0);
    }
}
