package io.kafkasend.portal.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.config.JobSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapBudgetTest {
    private static final long MIB = 1 << 20;

    private static HeapBudget budget(long mebibytes, Map<String, String> settings) {
        return HeapBudget.of(Configurations.with(settings).settings(), mebibytes * MIB);
    }

    private static HeapBudget defaults(long mebibytes) {
        return budget(mebibytes, Map.of());
    }

    @ParameterizedTest
    @ValueSource(longs = {128, 256, 400, 768, 1_024, 4_096, 30_000})
    void theDefaultsFitEveryHeapFromTheDocumentedLeastOn(long mebibytes) {
        assertThat(defaults(mebibytes).fault()).isEmpty();
        assertThat(defaults(mebibytes).needed()).isLessThanOrEqualTo(mebibytes * MIB);
    }

    @Test
    void aHeapThatIsTooSmallIsRefusedInOneLineThatSaysWhatToDo() {
        // When
        String fault = defaults(96).fault().orElseThrow();

        // Then
        assertThat(fault)
                .startsWith("the heap has 96 MiB, and these settings need ")
                .contains("for 10 calls", "for a poll's 10 records", "-Xmx", "PORTAL_MAX_CONCURRENT_JOBS")
                .doesNotContain("\n", "PORTAL_MAX_BUFFERED_BYTES");
    }

    @Test
    void fewerCallsAndRecordsFitASmallerHeap() {
        assertThat(budget(96, Map.of("max-concurrent-jobs", "4", "max-poll-records", "4"))
                        .fault())
                .isEmpty();
    }

    @Test
    void aPollTakesAsManyRecordsAsTheHeapAllowsAndNoMoreThanTheSettingSays() {
        assertThat(defaults(128).pollRecords()).isEqualTo(10);
        assertThat(defaults(256).pollRecords()).isEqualTo(10);
        assertThat(defaults(512).pollRecords()).isBetween(11, 49);
        assertThat(defaults(2_048).pollRecords()).isEqualTo(50);
        assertThat(budget(128, Map.of("max-poll-records", "500")).pollRecords()).isEqualTo(10);
        assertThat(budget(8_192, Map.of("max-poll-records", "4")).pollRecords()).isEqualTo(4);
    }

    @Test
    void moreBufferedBytesThanTheHeapHoldsAreRefusedByTheirName() {
        // When
        String fault = budget(512, Map.of("max-buffered-bytes", String.valueOf(400 * MIB)))
                .fault()
                .orElseThrow();

        // Then
        assertThat(fault).contains("PORTAL_MAX_BUFFERED_BYTES", "the heap has 512 MiB", "for unfinished requests");
    }

    @Test
    void moreCallsThanTheHeapHoldsAreRefused() {
        assertThat(budget(768, Map.of("max-concurrent-jobs", "1000")).fault()).isPresent();
        assertThat(budget(8_192, Map.of("max-concurrent-jobs", "1000")).fault()).isEmpty();
    }

    @Test
    void whatSpeedAsksForIsThereFromAnOrdinaryHeapOn() {
        // When
        HeapBudget ordinary = defaults(256);

        // Then
        assertThat(ordinary.answerBufferBytes()).isEqualTo(32 * MIB);
        assertThat(ordinary.partitionFetchBytes()).isEqualTo(8 * MIB);
        assertThat(ordinary.bodyBytes()).isGreaterThan(50_000_000);
        assertThat(defaults(1_536).fetchBytes()).isEqualTo(50 * MIB);
        assertThat(defaults(1_024).bodyBytes()).isEqualTo(1_024 * MIB / 3);
    }

    @Test
    void aRecordOfAnySizeThatABrokerTakesFitsTheLeastOfEachBuffer() {
        // When
        HeapBudget least = budget(96, Map.of("max-concurrent-jobs", "4", "max-poll-records", "4"));

        // Then
        assertThat(least.fetchBytes()).isGreaterThan((int) MIB);
        assertThat(least.partitionFetchBytes()).isGreaterThan((int) MIB);
        assertThat(least.otherBufferBytes(8 * MIB)).isGreaterThan(2 * MIB);
        assertThat(least.otherBufferBytes(MIB)).isEqualTo(MIB);
    }

    @Test
    void saysWhatItNeedsForWhatInOneLine() {
        assertThat(defaults(512).toString())
                .matches(
                        "needs up to \\d+ MiB of heap: \\d+ for the portal itself, .* for unfinished requests; has 512 MiB")
                .doesNotContain("\n");
    }

    @Test
    void everyBoundGrowsWithTheHeap() {
        HeapBudget before = defaults(128);
        for (long mebibytes = 144; mebibytes <= 4_096; mebibytes += 16) {
            HeapBudget larger = defaults(mebibytes);
            assertThat(larger.bodyBytes()).as(mebibytes + " MiB").isGreaterThanOrEqualTo(before.bodyBytes());
            assertThat(larger.fetchBytes()).isGreaterThanOrEqualTo(before.fetchBytes());
            before = larger;
        }
        assertThat(JobSettings.MAX_BUFFERED_BYTES.defaultValue()).isEqualTo("0");
    }
}
