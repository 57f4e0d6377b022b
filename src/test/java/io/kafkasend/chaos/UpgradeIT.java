package io.kafkasend.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.chaos.RecordingApi.Call;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two portals of an earlier version are replaced under load by two of this one, and back, as docs/operate/upgrading.md says: one
 * after the other. Run by {@code ./mvnw verify -Pupgrade -Dit.test=UpgradeIT -Dupgrade.from=COMMIT}.
 */
@Tag("upgrade")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class UpgradeIT {
    private static final int PORTALS = 2;
    /** What is to be answered by each pair of portals before the next change. */
    private static final int ANSWERS = 40;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    private Map<String, String> environment;
    private int started;

    private Plan plan(Call call) {
        String[] path = call.path().split("/");
        long number = Long.parseLong(path[4]);
        return Plan.ok(JobLoad.bytes(number, Integer.parseInt(path[6]))).after((int) (number % 200));
    }

    private PortalProcess start(String version, String classPath) throws IOException {
        String name = version + "-" + ++started;
        return PortalProcess.start(name, directory, environment, classPath).awaitUp();
    }

    private static void answered(JobLoad load) {
        int before = load.answered();
        await().atMost(PATIENCE).until(() -> load.answered() >= before + ANSWERS);
    }

    /** One after the other: the old one ends in good order before the new one begins. */
    private void replace(PortalProcess[] portals, String version, String classPath, JobLoad load)
            throws IOException, InterruptedException {
        for (int i = 0; i < PORTALS; i++) {
            portals[i].signal("TERM");
            assertThat(portals[i].exitCode(Duration.ofSeconds(40)))
                    .as(portals[i].name())
                    .isZero();
            portals[i] = start(version, classPath);
            answered(load);
        }
    }

    @Test
    void nothingIsLostOnTheWayUpAndBack() throws Exception {
        // Given
        String from = System.getProperty("upgrade.from", "");
        assertThat(from)
                .as("-Dupgrade.from: the earlier version's tag or commit")
                .isNotBlank();
        String old = EarlierBuild.of(from).classPath();
        String here = System.getProperty("java.class.path");
        PortalProcess[] portals = new PortalProcess[PORTALS];
        try (EmbeddedBroker broker = EmbeddedBroker.start();
                RecordingApi api = RecordingApi.start(this::plan)) {
            broker.createTopic("api-requests", 4);
            broker.createTopic("api-responses", 4);
            environment = Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                    "PORTAL_TARGET_API_URL", api.url(),
                    "PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*",
                    "PORTAL_USE_OAUTH", "false",
                    "PORTAL_SHUTDOWN_GRACE_SECONDS", "20");
            try (JobLoad load = new JobLoad(broker.bootstrapServers(), JobLoad.Mix.BODIES, 7)) {
                for (int i = 0; i < PORTALS; i++) {
                    portals[i] = start("old", old);
                }
                load.start();
                answered(load);

                // When
                replace(portals, "new", here, load);
                replace(portals, "old", old, load);

                // Then
                await().atMost(PATIENCE).until(load::drained);
                System.out.println("upgrade from " + from + " and back: " + load.sent() + " sent, " + load.answered()
                        + " answered, " + load.failed() + " failed, "
                        + load.lost().size() + " lost");
                assertThat(load.lost()).isEmpty();
                assertThat(load.corrupt()).isEmpty();
                assertThat(load.failed()).isEmpty();
                assertThat(load.answered()).isEqualTo(load.sent());
            }
        } finally {
            for (PortalProcess portal : portals) {
                if (portal != null) {
                    portal.close();
                }
            }
        }
    }
}
