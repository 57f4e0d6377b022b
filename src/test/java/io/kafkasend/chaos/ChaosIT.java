package io.kafkasend.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.chaos.RecordingApi.Call;
import io.kafkasend.chaos.RecordingApi.Fault;
import io.kafkasend.chaos.RecordingApi.Plan;
import io.kafkasend.dev.EmbeddedBroker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Portals are killed, stalled, removed and added, the broker restarts, API and token server break, and all the while jobs
 * run: each must come to one outcome. The seed is printed; {@code -Dchaos.seed=} repeats the plan, though not the timing.
 * {@code -Dchaos.protocol=consumer} has the brokers share the partitions (KIP-848).
 */
@Tag("chaos")
@Timeout(600)
class ChaosIT {
    private static final int PARTITIONS = 4;
    private static final int PORTALS = 3;
    private static final int SESSION_MILLIS = 6_000;
    private static final String GROUP = "kafkasend-portal";
    /** What brokers allow, and what they have where the session is theirs. */
    private static final Map<String, String> SESSIONS = Map.of(
            "group.min.session.timeout.ms",
            "1000",
            "group.consumer.min.session.timeout.ms",
            "1000",
            "group.consumer.session.timeout.ms",
            Integer.toString(SESSION_MILLIS),
            "group.consumer.min.heartbeat.interval.ms",
            "1000",
            "group.consumer.heartbeat.interval.ms",
            "2000");

    @TempDir
    Path directory;

    private final long seconds = Long.getLong("chaos.seconds", 25);
    private final long seed = Long.getLong("chaos.seed", 0) != 0 ? Long.getLong("chaos.seed") : System.nanoTime();
    private final List<String> corruptAtApi = new CopyOnWriteArrayList<>();

    /** What the API does with a call: by the seed and the job, and differently at each try. */
    private Plan plan(Call call) {
        String[] path = call.path().split("/");
        long number = Long.parseLong(path[4]);
        if (call.crc() != Long.parseLong(path[5])) {
            corruptAtApi.add(call.toString());
        }
        Random random = new Random(seed ^ number * 31 ^ call.began());
        Plan plan = Plan.ok(JobLoad.bytes(number, Integer.parseInt(path[6])));
        if (JobLoad.Mix.of(number) == JobLoad.Mix.CROWD) {
            return switch (random.nextInt(400)) {
                case 0 -> plan.with(Fault.DROP);
                case 1 -> plan.with(Fault.DROP_WITHIN);
                case 2 -> plan.after(4_000);
                default -> plan;
            };
        }
        plan = plan.after(random.nextInt(10) == 0 ? random.nextInt(4_000) : random.nextInt(300));
        return switch (random.nextInt(40)) {
            case 0, 1 -> plan.with(Fault.DROP);
            case 2 -> plan.with(Fault.DROP_WITHIN);
            case 3 -> plan.with(Fault.HANG);
            case 4 -> new Plan(503, Map.of("Retry-After", "1"), new byte[0], 0, Fault.NONE);
            default -> plan;
        };
    }

    /** A token for each portal, so that calls tell who made them; now and then none. */
    private Plan token(Call call) {
        String client = new String(
                        Base64.getDecoder().decode(call.header("authorization").replace("Basic ", "")),
                        StandardCharsets.US_ASCII)
                .split(":")[0];
        byte[] json = ("{\"access_token\":\"token-" + client + "\",\"token_type\":\"Bearer\",\"expires_in\":8}")
                .getBytes(StandardCharsets.US_ASCII);
        Plan plan = new Plan(200, Map.of("Content-Type", "application/json"), json, 0, Fault.NONE);
        return switch (new Random(seed ^ call.began()).nextInt(12)) {
            case 0 -> plan.with(Fault.DROP);
            case 1 -> new Plan(503, Map.of(), new byte[0], 0, Fault.NONE);
            default -> plan;
        };
    }

    private static Map<String, String> environment(String bootstrapServers, String apiUrl, String tokenUrl) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        environment.put("KAFKA_SESSION_TIMEOUT_MS", Integer.toString(SESSION_MILLIS));
        environment.put("KAFKA_GROUP_PROTOCOL", System.getProperty("chaos.protocol", "classic"));
        environment.put("KAFKA_MAX_POLL_INTERVAL_MS", "60000");
        environment.put("KAFKA_REQUEST_TIMEOUT_MS", "10000");
        environment.put("PORTAL_TARGET_API_URL", apiUrl);
        environment.put("PORTAL_ALLOWED_ENDPOINTS", "/api/v1/*");
        environment.put("PORTAL_MAX_CONCURRENT_JOBS", "8");
        environment.put("PORTAL_JOB_TIMEOUT_SECONDS", "8");
        environment.put("PORTAL_JOB_IDLE_SECONDS", "40");
        environment.put("PORTAL_SHUTDOWN_GRACE_SECONDS", "10");
        environment.put("OAUTH2_TOKEN_URL", tokenUrl + "/token");
        environment.put("OAUTH2_CLIENT_SECRET", "s3cret");
        return environment;
    }

    /** What is done to the system while jobs run. */
    @FunctionalInterface
    private interface Disturber {
        void disturb(PortalFleet fleet) throws Exception;
    }

    @Test
    void everyJobHasOneOutcomeWhateverDies() throws Exception {
        Random random = new Random(seed);
        try (EmbeddedBroker broker = EmbeddedBroker.start(0, SESSIONS)) {
            broker.createTopic("api-requests", PARTITIONS);
            broker.createTopic("api-responses", PARTITIONS);
            run("portals and one broker", broker.bootstrapServers(), PORTALS, fleet -> disturb(fleet, broker, random));
        }
    }

    @Test
    void everyJobHasOneOutcomeWhileThreeBrokersRestartAndALeaderIsKilled() throws Exception {
        try (BrokerCluster cluster = new BrokerCluster(directory)) {
            cluster.createTopic("api-requests", PARTITIONS);
            cluster.createTopic("api-responses", PARTITIONS);
            run("three brokers", cluster.bootstrapServers(), 2, fleet -> {
                for (int node = 0; node < 3; node++) {
                    long begin = System.currentTimeMillis();
                    cluster.restart(node);
                    cluster.awaitWhole();
                    note(fleet, "broker " + node, begin);
                }
                for (String topic : List.of("api-responses", "__consumer_offsets")) {
                    long begin = System.currentTimeMillis();
                    int leader = cluster.killLeader(topic);
                    new CountDownLatch(1).await(6, TimeUnit.SECONDS); // without it
                    cluster.start(leader);
                    cluster.awaitWhole();
                    note(fleet, "leader of " + topic, begin);
                }
            });
        }
    }

    private static void note(PortalFleet fleet, String victim, long begin) {
        fleet.disturbances().add(new Disturbance(Disturbance.Kind.BROKER, victim, begin, System.currentTimeMillis()));
    }

    private void run(String what, String bootstrapServers, int portals, Disturber disturber) throws Exception {
        System.out.println("chaos: " + what + ", seed " + seed + ", " + seconds + " s");
        try (RecordingApi api = RecordingApi.start(this::plan);
                RecordingApi tokens = RecordingApi.start(this::token)) {
            Map<String, String> environment = environment(bootstrapServers, api.url(), tokens.url());
            try (PortalFleet fleet = new PortalFleet(directory, environment, new Random(seed + 1));
                    Rebalances rebalances = new Rebalances(bootstrapServers, GROUP);
                    JobLoad load = new JobLoad(bootstrapServers, JobLoad.Mix.BODIES, seed);
                    JobLoad crowd = new JobLoad(bootstrapServers, JobLoad.Mix.CROWD, seed + 3);
                    RestartedClients clients = new RestartedClients(directory, bootstrapServers, seed)) {
                for (int i = 0; i < portals; i++) {
                    fleet.add().awaitUp();
                }
                load.start();
                crowd.start();
                clients.start();
                disturber.disturb(fleet);
                List<String> ended = fleet.settle();
                Awaitility.await("all jobs end")
                        .atMost(Duration.ofSeconds(170))
                        .until(() -> load.drained() & crowd.drained() & clients.drained());
                Awaitility.await("records read are settled, on every partition")
                        .untilAsserted(() -> assertThat(fleet.balances())
                                .allMatch(RecordBalance::isEven)
                                .allMatch(balance -> balance.open() == 0));
                Outcomes outcomes = Outcomes.read(bootstrapServers, "api-responses");
                judge(what, fleet, load, crowd, clients, api.calls(), outcomes, rebalances.count());
                assertThat(ended).as("portals that ended by themselves").isEmpty();
            }
        }
    }

    private void disturb(PortalFleet fleet, EmbeddedBroker broker, Random random)
            throws IOException, InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (int i = 0; System.nanoTime() < end; i++) {
            never.await(1_500 + random.nextInt(3_000), TimeUnit.MILLISECONDS);
            // The first four are one of each, so that a short run has them all.
            switch (i < 4 ? new int[] {0, 4, 6, 8}[i] : random.nextInt(9)) {
                case 0, 1, 2, 3 -> fleet.kill();
                case 4, 5 -> fleet.stall(SESSION_MILLIS + 2_000);
                case 6, 7 -> fleet.replace();
                default -> {
                    long begin = System.currentTimeMillis();
                    broker.restart();
                    note(fleet, "broker", begin);
                }
            }
        }
    }

    private void judge(
            String what,
            PortalFleet fleet,
            JobLoad load,
            JobLoad crowd,
            RestartedClients clients,
            List<Call> calls,
            Outcomes outcomes,
            int rebalances) {
        Verdict verdict = new Verdict(calls, fleet.disturbances(), outcomes);
        StringBuilder table = new StringBuilder("chaos figures: " + what + " (seed " + seed + ")\n");
        jobs(table, "jobs", load);
        jobs(table, "small jobs of a crowd", crowd);
        row(table, "requests corrupt at the API", corruptAtApi.size());
        row(
                table,
                "clients killed; started again: answered, failed",
                clients.killed() + "; " + clients.answered() + ", " + clients.failed());
        row(
                table,
                "portals: kills, stalls, removals",
                fleet.count(Disturbance.Kind.KILL) + ", " + fleet.count(Disturbance.Kind.STALL) + ", "
                        + fleet.count(Disturbance.Kind.REMOVE));
        row(table, "rebalances seen, broker restarts", rebalances + ", " + fleet.count(Disturbance.Kind.BROKER));
        row(table, "API calls", calls.size());
        row(table, "  repeated", verdict.repeated());
        row(table, "  for jobs answered by a lost portal meanwhile", verdict.raced());
        row(table, "  for jobs answered before", verdict.afterAnswer().size());
        row(table, "jobs with a second answer in the topic", outcomes.repeated());
        row(table, "jobs with a second ERROR in the topic", outcomes.errorsRepeated());
        row(table, "kill to next answer, ms: median, max", span(verdict.silences()));
        row(table, "kill to answer of a job it had called, ms", span(verdict.recoveries(calls)));
        System.out.println(table);
        verdict.unexplained().forEach(it -> System.out.println("unexplained: " + it));
        verdict.afterAnswer().forEach(it -> System.out.println("called though answered: " + it));

        for (JobLoad each : List.of(load, crowd)) {
            assertThat(each.answered()).isPositive();
            assertThat(each.lost()).as("jobs without an outcome").isEmpty();
            assertThat(each.corrupt()).isEmpty();
        }
        assertThat(clients.wrong()).as("clients started again").isEmpty();
        assertThat(corruptAtApi).isEmpty();
        assertThat(verdict.unexplained())
                .as("repeated calls that nothing explains")
                .isEmpty();
        assertThat(verdict.afterAnswer()).as("calls for jobs already answered").isEmpty();
    }

    private static void jobs(StringBuilder table, String name, JobLoad load) {
        row(table, name + " sent", load.sent());
        row(table, "  answered by the API", load.answered());
        row(table, "  ended by one ERROR, or another status", load.failed());
        row(table, "  lost, corrupt", load.lost().size() + ", " + load.corrupt().size());
    }

    private static void row(StringBuilder table, String name, Object figure) {
        table.append(String.format("  %-48s %s%n", name, figure));
    }

    private static String span(List<Long> sorted) {
        return sorted.isEmpty()
                ? "none"
                : sorted.get(sorted.size() / 2) + ", " + sorted.get(sorted.size() - 1) + " (" + sorted.size() + ")";
    }
}
