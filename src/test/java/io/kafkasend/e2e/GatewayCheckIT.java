package io.kafkasend.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.dev.EmbeddedBroker;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code gateway --check} looks at the topics that a gateway needs, and at that of its jobs. */
@Timeout(120)
class GatewayCheckIT {
    private static final String JOBS = "kafkasend-gateway-jobs";

    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start();
        broker.createTopic("api-requests", 1);
        broker.createTopic("api-responses", 1);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static Command check(String... more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return Command.run(environment, "gateway", "--check");
    }

    @Test
    void aTopicOfJobsThatIsMadeLaterIsNoFailureAndOneThatIsThereIsLookedAt() {
        // When
        Command before = check();
        broker.createTopic(JOBS, 1);
        Command after = check();

        // Then
        assertThat(before.code()).as(before.out()).isZero();
        assertThat(before.out())
                .containsPattern("(?m)^topic +ok +" + JOBS + " does not exist yet, and is made at the start$");
        assertThat(after.code()).as(after.out()).isZero();
        assertThat(after.out())
                .containsPattern("(?m)^topic +ok +" + JOBS + ": 1 partitions, replication factor 1")
                .containsPattern("(?m)^rights +ok +Read on topic " + JOBS + "$")
                .containsPattern("(?m)^rights +ok +Write on topic " + JOBS + "$");
    }

    @Test
    void aRequestTopicThatIsMissingStillFails() {
        // When
        Command run = check("KAFKA_REQUEST_TOPIC", "nowhere");

        // Then
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).containsPattern("(?m)^topic +fail +nowhere does not exist");
    }
}
