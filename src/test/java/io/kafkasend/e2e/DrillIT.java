package io.kafkasend.e2e;

import io.kafkasend.dev.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults that operators meet, one by one: each look shows what docs/operate/drill.md says that it shows. */
@Timeout(240)
class DrillIT {
    @TempDir
    private static Path directory;

    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    static Stream<DrillFault> brief() {
        return Arrays.stream(DrillFault.values()).filter(DrillFault::isBrief);
    }

    static Stream<DrillFault> others() {
        return Arrays.stream(DrillFault.values()).filter(fault -> !fault.isBrief());
    }

    @ParameterizedTest
    @MethodSource("brief")
    void everyLookNamesThePlace(DrillFault fault) throws Exception {
        drill(fault);
    }

    @Tag("drill")
    @ParameterizedTest
    @MethodSource("others")
    void everyLookNamesThePlaceOfWhatTakesLonger(DrillFault fault) throws Exception {
        drill(fault);
    }

    private static void drill(DrillFault fault) throws Exception {
        // Given
        DrillRow row = DrillRow.of(fault);
        try (DrillGround ground = new DrillGround(broker, directory)) {
            // When
            fault.inject(ground);

            // Then
            see("client", row.client(), ground::clientsLine);
            see("ready", row.ready(), ground::ready);
            see("log", row.log(), ground::log);
            see("doctor", row.doctor(), ground::doctor);
            see("trace", row.trace(), ground::trace);
            see("metric", row.metric(), ground::metrics);
        }
    }

    private static void see(String look, List<String> promised, Supplier<String> shown) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            String now = shown.get();
            List<String> missing =
                    look.equals("metric") ? DrillRow.missingSeries(promised, now) : DrillRow.missing(promised, now);
            if (!missing.isEmpty()) {
                throw new AssertionError(look + " does not show " + missing + ", but\n" + ours(look, now));
            }
        });
    }

    /** Of metrics only the portal's own. */
    private static String ours(String look, String shown) {
        return look.equals("metric")
                ? shown.lines()
                        .filter(line -> line.startsWith("kafkasend_") || line.contains("_count{error_type"))
                        .collect(Collectors.joining("\n"))
                : shown;
    }
}
