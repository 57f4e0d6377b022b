package io.kafkasend.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.cli.console.Bytes;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BarTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MB = 1_000_000;

    @Test
    void saysHowMuchHowFastAndHowLongStillFromTheStart() {
        // Given
        ProgressBar bar = new ProgressBar(true, 0);

        // When
        bar.at(0, 200 * MB, 0);
        String begins = bar.line(80, 0);
        bar.at(12_300_000, 200 * MB, SECOND / 4);
        String goesOn = bar.line(80, SECOND / 4);

        // Then
        assertThat(begins).startsWith("upload   0 % [>").endsWith("] 0 bytes of 200 MB");
        assertThat(goesOn).startsWith("upload   6 % [").endsWith("] 12.3 MB of 200 MB, 49 MB/s, 4 s left");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 60, 80, 81, 120, 200, 1000})
    void fillsTheTerminalAndIsNeverWider(int columns) {
        for (Long total : new Long[] {999 * MB, null}) {
            // Given
            ProgressBar bar = new ProgressBar(false, 0);

            for (int step = 0; step <= 999; step++) {
                // When
                bar.at(step * MB, total, step * SECOND / 7);
                String line = bar.line(columns, step * SECOND / 7);

                // Then
                assertThat(line.length()).isLessThan(columns);
                assertThat(line).as("at %d columns", columns).startsWith(columns < 80 ? "down" : "download");
                if (total != null && columns >= 60 && step > 0) {
                    assertThat(line)
                            .containsPattern("\\[=*>? *] .* of 999 MB, .*MB/s")
                            .doesNotEndWith(", ");
                }
            }
        }
    }

    @Test
    void aBarKeepsItsLengthWhileTheTextBesideItChanges() {
        // Given
        ProgressBar bar = new ProgressBar(true, 0);
        bar.at(12_300_000, 500 * MB, SECOND);
        int end = bar.line(100, SECOND).indexOf(']');

        // When
        bar.at(400 * MB, 500 * MB, 2 * SECOND);

        // Then
        assertThat(bar.line(100, 2 * SECOND).indexOf(']')).isEqualTo(end);
    }

    @Test
    void endsAtAHundredPercentWhenAllIsThere() {
        // Given
        ProgressBar known = new ProgressBar(false, 0);
        ProgressBar unknown = new ProgressBar(false, 0);

        // When
        known.at(199_999_999, 200 * MB, 4 * SECOND);
        String almost = known.lastLine(80, 4 * SECOND);
        known.at(200 * MB, 200 * MB, 4 * SECOND);
        unknown.at(200 * MB, null, 4 * SECOND);
        String before = unknown.line(80, 4 * SECOND);
        unknown.complete();

        // Then
        assertThat(almost).startsWith("download  99 % [").contains(">]");
        assertThat(known.lastLine(80, 4 * SECOND))
                .matches("download 100 % \\[=+] 200 MB of 200 MB, 50 MB/s, in 4.0 s *");
        assertThat(before).isEqualTo("download 200 MB, 50 MB/s");
        assertThat(unknown.lastLine(80, 4 * SECOND))
                .matches("download 100 % \\[=+] 200 MB of 200 MB, 50 MB/s, in 4.0 s");
    }

    @Test
    void aStallShowsInTheRate() {
        // Given
        ProgressBar bar = new ProgressBar(true, 0);
        bar.at(100 * MB, 200 * MB, SECOND);
        bar.at(101 * MB, 200 * MB, 20 * SECOND);

        // When
        String line = bar.line(80, 40 * SECOND);

        // Then
        assertThat(line).endsWith("] 101 MB of 200 MB, 26 kB/s, 64 min left");
    }

    @Test
    void sizesAndRatesAreOfOneKind() {
        assertThat(Bytes.of(99_949_999)).isEqualTo("99.9 MB");
        assertThat(Bytes.of(99_950_000)).isEqualTo("100 MB");
        assertThat(Bytes.of(999_400)).isEqualTo("999 kB");
        assertThat(Bytes.of(999_500)).isEqualTo("1.0 MB");
        assertThat(Bytes.rate(0.4)).isEqualTo("0 bytes/s");
        assertThat(Bytes.rate(4_240_000)).isEqualTo("4.2 MB/s");
        assertThat(Bytes.rate(48_400_000)).isEqualTo("48 MB/s");
        assertThat(Bytes.rate(999_600)).isEqualTo("1.0 MB/s");
    }
}
