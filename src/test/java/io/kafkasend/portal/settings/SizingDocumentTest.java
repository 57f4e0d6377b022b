package io.kafkasend.portal.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/operate/sizing.md says of a portal's heap is what the portal reckons. */
class SizingDocumentTest {
    private static final long MIB = 1 << 20;
    private static final Pattern HEAP = Pattern.compile("^\\| ([0-9,]+) MiB \\| .*", Pattern.MULTILINE);

    private static HeapBudget budget(long mebibytes, String setting, int value) {
        return HeapBudget.of(Configurations.with(Map.of(setting, "" + value)).settings(), mebibytes * MIB);
    }

    private static String document() throws Exception {
        return Files.readString(Path.of("docs/operate/sizing.md"));
    }

    @Test
    void theTableOfHeapsIsWhatThePortalReckons() throws Exception {
        // When
        List<String> rows = Stream.of(128L, 256L, 512L, 768L, 1_024L, 2_048L, 4_096L)
                .map(SizingDocumentTest::row)
                .toList();

        // Then
        assertThat(HEAP.matcher(document()).results().map(row -> row.group())).containsExactlyElementsOf(rows);
    }

    private static String row(long mebibytes) {
        return Stream.of(10, 50, 100)
                .map(calls -> budget(mebibytes, "max-concurrent-jobs", calls))
                .map(budget -> budget.fault().isPresent() ? "too small" : "" + budget.bodyBytes() / MIB)
                .collect(Collectors.joining(
                        " | ", "| " + String.format(java.util.Locale.ROOT, "%,d", mebibytes) + " MiB | ", " |"));
    }

    @Test
    void theCostOfACallAndOfARecordAreThePortals() throws Exception {
        // Given
        long heap = 4_096;

        // When
        double perCall = (budget(heap, "max-concurrent-jobs", 400).needed()
                        - budget(heap, "max-concurrent-jobs", 300).needed())
                / 100.0
                / MIB;
        double perRecord = (budget(heap, "max-poll-records", 110).needed()
                        - budget(heap, "max-poll-records", 10).needed())
                / 100.0
                / MIB;

        // Then
        assertThat(document())
                .contains(String.format(java.util.Locale.ROOT, "| %.1f, and 9 for an answer", perCall))
                .contains(String.format(java.util.Locale.ROOT, "`KAFKA_MAX_POLL_RECORDS` | %.0f |", perRecord));
    }
}
