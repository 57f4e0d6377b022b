package io.kafkasend.bench.scenario;

import io.kafkasend.bench.testbed.ChildProcess;
import io.kafkasend.bench.testbed.Deployment;
import io.kafkasend.bench.testbed.JavaCommand;
import io.kafkasend.bench.testbed.TestBed;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** How long it takes to start, in seconds, beside a JVM that does nothing. */
final class StartUp {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Deployment STAGE =
            new Deployment("start-up", 3, 1, false, Map.of("PORTAL_WARM_UP_SECONDS", "0"));

    private StartUp() {}

    /** A portal, through the launcher where it is known, from its process's start until it says that it is up. */
    static Experiment portal(TestBed bed) throws InterruptedException {
        bed.createTopics(STAGE);
        return Contender.pair(
                () -> {
                    long begin = System.nanoTime();
                    try (ChildProcess portal = bed.startPortalBy(JavaCommand.portal(), STAGE)) {
                        portal.await(TestBed.PORTAL_UP, PATIENCE);
                        return Map.of("seconds", (System.nanoTime() - begin) / 1e9);
                    }
                },
                () -> run(bed, "bare-jvm", JavaCommand.bareJvm()));
    }

    /** {@code kafkasend --help}, through the launcher where it is known. */
    static Experiment help(TestBed bed) {
        return Contender.pair(
                () -> run(bed, "help", JavaCommand.shortLived("--help")),
                () -> run(bed, "bare-jvm", JavaCommand.bareJvm()));
    }

    private static Map<String, Double> run(TestBed bed, String name, List<String> command)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        try (ChildProcess child = bed.child(name, command, Map.of("JAVA_HOME", System.getProperty("java.home")))) {
            child.awaitEnd(PATIENCE);
            return Map.of("seconds", (System.nanoTime() - begin) / 1e9);
        }
    }
}
