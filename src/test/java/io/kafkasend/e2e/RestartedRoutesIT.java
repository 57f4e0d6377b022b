package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.client.Body;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.client.SigningKey;
import io.kafkasend.client.SigningKey.Algorithm;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.StatefulService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Routes that are stopped and started in a portal that goes on, as JMX, the camel command and a hot reload do it. */
@Timeout(240)
class RestartedRoutesIT {
    @TempDir
    Path directory;

    private EmbeddedBroker broker;
    private RecordingApi api;
    private Portal portal;
    private WireClient client;
    private SigningKey key;
    private int jobs;

    /** Answers a path that ends in "flaky" with 503 the first time. */
    private Plan plan(RecordingApi.Call call) {
        Plan ok = Plan.ok("done".getBytes(US_ASCII));
        boolean first = api.calls().stream()
                        .filter(one -> one.path().equals(call.path()))
                        .count()
                == 1;
        return call.path().endsWith("flaky") && first
                ? new Plan(503, Map.of("Retry-After", "0"), new byte[0], 0, RecordingApi.Fault.NONE)
                : ok;
    }

    @Test
    void everyKindOfJobPassesAfterTheRoutesWereStoppedAndStarted() throws Exception {
        everyKindPasses();

        stopAndStart(portal.context());
        everyKindPasses();

        stopAndStartOneByOne(portal.context());
        everyKindPasses();

        stopAndStartServices(portal.context());
        everyKindPasses();

        reload(portal.context());
        everyKindPasses();

        assertThat(portal.bean("jobs", Jobs.class).underWay()).isZero();
        await().until(() -> Stack.lag(broker.bootstrapServers(), "kafkasend-portal") == 0);
    }

    @AfterEach
    void stop() {
        client.close();
        portal.close();
        api.close();
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start();
        api = RecordingApi.start(this::plan);
        for (String topic : List.of("api-requests", "api-responses", "api-dead-letters", "replies")) {
            broker.createTopic(topic, 1);
        }
        Path keys = Files.createDirectory(directory.resolve("keys"));
        KeyPair pair = SigningKey.generate(Algorithm.ED25519);
        Files.writeString(keys.resolve("crm.pem"), SigningKey.pem(pair.getPublic()));
        key = SigningKey.of("crm", pair.getPrivate());
        Map<String, String> settings = new HashMap<>();
        settings.put("kafkasend.bootstrap-servers", broker.bootstrapServers());
        settings.put("kafkasend.target-api-url", api.url());
        settings.put("kafkasend.allowed-endpoints", Stack.ALLOWED);
        settings.put("kafkasend.use-oauth", "false");
        settings.put("kafkasend.client-keys", keys.toString());
        settings.put("kafkasend.reply-topics", "replies");
        settings.put("kafkasend.shutdown-grace-seconds", "5");
        settings.put("kafkasend.spool-directory", directory.toString());
        settings.put("kafkasend.spool-threshold-bytes", "100000");
        portal = Portal.start(settings);
        client = new WireClient(broker.bootstrapServers(), "api-requests", "api-responses");
    }

    private void everyKindPasses() throws Exception {
        String path = "/api/v1/" + ++jobs + "/";

        // An answer, also of an upload that is spooled
        assertThat(client.reply(client.get(path + "plain")).string()).isEqualTo("done");
        JobId upload = client.send(
                Method.POST, path + "upload", Map.of(), "a.bin", "application/octet-stream", new byte[2_500_000]);
        assertThat(client.reply(upload).string()).isEqualTo("done");

        // Many at once, whose answers wait for one another
        List<JobId> crowd = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            crowd.add(client.get(path + "crowd/" + i));
        }
        crowd.forEach(job -> assertThat(client.reply(job).string()).isEqualTo("done"));

        // An ERROR, and a dead letter
        assertThat(client.error(client.get("/forbidden")).code()).isEqualTo("ENDPOINT_NOT_ALLOWED");
        long letters = letters();
        client.raw("nobody".getBytes(US_ASCII), "no message".getBytes(US_ASCII));
        await().until(() -> letters() == letters + 1);

        // A call that is made again
        assertThat(client.reply(client.get(path + "flaky")).string()).isEqualTo("done");
        assertThat(api.calls().stream().filter(call -> call.path().equals(path + "flaky")))
                .hasSize(2);

        // A signed one, whose answer goes to a reply topic
        try (KafkaSendClient sdk = KafkaSendClient.builder()
                .bootstrapServers(broker.bootstrapServers())
                .requestTopic("api-requests")
                .responseTopic("replies")
                .replyTo("replies")
                .signingKey(key)
                .build()) {
            Request request = Request.builder()
                    .method(Method.POST)
                    .endpoint(path + "signed")
                    .body(Body.of("x".getBytes(US_ASCII)))
                    .build();
            assertThat(sdk.call(request).status()).isEqualTo(200);
        }
    }

    private long letters() {
        return AllRecords.of(broker).stream()
                .filter(record -> record.topic().equals("api-dead-letters"))
                .count();
    }

    private static void stopAndStart(CamelContext context) throws Exception {
        context.getRouteController().stopAllRoutes();
        context.getRouteController().startAllRoutes();
    }

    private static void stopAndStartOneByOne(CamelContext context) throws Exception {
        for (String id : context.getRoutes().stream().map(Route::getRouteId).toList()) {
            context.getRouteController().stopRoute(id);
            context.getRouteController().startRoute(id);
        }
    }

    /** As whoever restarts an endpoint does with the beans behind it. */
    private static void stopAndStartServices(CamelContext context) throws Exception {
        context.getRouteController().stopAllRoutes();
        for (Service service : context.getRegistry().findByType(Service.class)) {
            if (service.getClass().getName().startsWith("io.kafkasend")
                    && service instanceof StatefulService stateful
                    && stateful.isStarted()) {
                service.stop();
                service.start();
            }
        }
        context.getEndpoints().forEach(endpoint -> {
            endpoint.stop();
            endpoint.start();
        });
        context.getRouteController().startAllRoutes();
    }

    private static void reload(CamelContext context) throws Exception {
        context.getRouteController().stopAllRoutes();
        context.getRouteController().reloadAllRoutes();
        context.getRouteController().startAllRoutes();
    }
}
