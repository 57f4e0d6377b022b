package io.kafkasend.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.bench.network.Distance;
import io.kafkasend.bench.network.Leg;
import io.kafkasend.bench.network.Network;
import io.kafkasend.chaos.RecordingApi;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.client.Answer;
import io.kafkasend.client.Body;
import io.kafkasend.client.KafkaSendClient;
import io.kafkasend.client.Request;
import io.kafkasend.dev.EmbeddedBroker;
import io.kafkasend.portal.Portal;
import io.kafkasend.portal.job.Jobs;
import io.kafkasend.portal.requester.CallSlots;
import io.kafkasend.protocol.Method;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker that is far from clients and portals: what goes over the line, and what is not waited for. */
@Timeout(240)
class DistanceIT {
    private final Network network = new Network();
    private EmbeddedBroker broker;
    private RecordingApi api;
    private Portal portal;
    private KafkaSendClient client;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.builder()
                .proxied("CLIENTS", network.clientsPort())
                .proxied("PORTALS", network.portalsPort())
                .start();
        api = RecordingApi.start(call -> Plan.ok("done".getBytes(US_ASCII)));
        int apiPort = Integer.parseInt(api.url().replaceAll(".*:", ""));
        network.begin(broker.port("CLIENTS"), broker.port("PORTALS"), apiPort, apiPort);
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
        Map<String, String> settings = new HashMap<>();
        settings.put("kafkasend.bootstrap-servers", "localhost:" + network.portalsPort());
        settings.put("kafkasend.target-api-url", api.url());
        settings.put("kafkasend.allowed-endpoints", Stack.ALLOWED);
        settings.put("kafkasend.use-oauth", "false");
        settings.put("kafkasend.max-concurrent-jobs", "1");
        portal = Portal.start(settings);
        Stack.awaitPartitions(portal);
        client = KafkaSendClient.builder()
                .bootstrapServers("localhost:" + network.clientsPort())
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        portal.close();
        api.close();
        broker.close();
        network.close();
    }

    private static Request post() {
        return Request.builder()
                .method(Method.POST)
                .endpoint("/api/v1/things")
                .body(Body.of("x".getBytes(US_ASCII)))
                .build();
    }

    private void call(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(client.call(post()).status()).isEqualTo(200);
        }
    }

    private void far(int rttMillis) {
        network.set(new Distance(rttMillis, 0, 0, EnumSet.of(Leg.CLIENT, Leg.PORTAL)));
        call(20); // until both know it, and every producer has had its first record alone
    }

    @Test
    void aCallSlotIsFreeWhileItsAnswerIsOnItsWayAndStoppingWaitsForIt() throws Exception {
        // Given
        far(25);
        CallSlots slots = portal.bean("slots", CallSlots.class);
        Jobs jobs = portal.bean("jobs", Jobs.class);
        int before = api.calls().size();
        network.set(new Distance(1_500, 0, 0, EnumSet.of(Leg.PORTAL)));

        // When
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            answers.add(client.send(post()));
        }

        // Then: one slot serves all of them before the broker has an answer
        await().until(() -> api.calls().size() == before + 5 && slots.taken() == 0);
        assertThat(jobs.underWay()).isPositive();

        // And no answer is lost
        portal.close();
        for (CompletableFuture<Answer> answer : answers) {
            assertThat(answer.get().status()).isEqualTo(200);
        }
        assertThat(Stack.lag(broker.bootstrapServers(), "kafkasend-portal")).isZero();
        assertThat(api.calls()).hasSize(before + 5);
    }
}
