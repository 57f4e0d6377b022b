package io.kafkasend.cli.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressBarsTest {
    private static final long MB = 1_000_000;

    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicInteger columns = new AtomicInteger(80);
    private final AtomicLong now = new AtomicLong();
    private final ProgressBars bars =
            new ProgressBars(new PrintStream(err, true, StandardCharsets.UTF_8), columns::get, "GET /a", now::get);

    /** What stands on the terminal in the end, line by line: what is drawn over is gone. */
    private String[] shown() {
        return Arrays.stream(err.toString(StandardCharsets.UTF_8)
                        .replace("\u001b[K", "")
                        .split("\n"))
                .map(line -> line.substring(line.lastIndexOf('\r') + 1))
                .toArray(String[]::new);
    }

    @Test
    void aBarForEachWayEndsAtAHundredPercent() {
        // When
        bars.started(JobId.random());
        bars.uploaded(0, 50 * MB);
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        bars.uploaded(50 * MB, 50 * MB);
        bars.answering(200);
        bars.downloaded(MB, null);
        now.addAndGet(TimeUnit.SECONDS.toNanos(2));
        bars.downloaded(50 * MB, null);
        bars.arrived();
        bars.close();
        bars.downloaded(51 * MB, null); // too late

        // Then
        assertThat(shown()).hasSize(3);
        assertThat(shown()[0]).startsWith("job ").endsWith(": GET /a");
        assertThat(shown()[1]).matches("upload 100 % \\[=+] 50.0 MB of 50.0 MB, 50 MB/s, in 1.0 s *");
        assertThat(shown()[2]).matches("download 100 % \\[=+] 50.0 MB of 50.0 MB, 25 MB/s, in 2.0 s *");
    }

    @Test
    void aTerminalThatIsResizedGetsABarThatFits() {
        // Given
        bars.uploaded(20 * MB, 50 * MB);
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        bars.draw();

        // When
        columns.set(60);
        bars.draw();

        // Then
        await().untilAsserted(() -> assertThat(lastDrawn())
                .startsWith("up  40 % [")
                .endsWith("\u001b[K")
                .hasSizeLessThan(60 + 3));

        // When
        columns.set(200);
        bars.draw();

        // Then
        await().untilAsserted(() ->
                assertThat(lastDrawn()).startsWith("upload  40 % [").hasSizeBetween(180, 200 + 3));
        bars.close();
    }

    /** What was drawn over the line before: the timer, which asked for the width before, may have drawn in between. */
    private String lastDrawn() {
        String drawn = err.toString(StandardCharsets.UTF_8);
        return drawn.substring(drawn.lastIndexOf('\r') + 1);
    }

    @Test
    void whatIsShortHasNoBar() {
        // When
        bars.uploaded(999_999, 999_999);
        bars.answering(200);
        bars.downloaded(999_999, null);
        bars.downloaded(500, 999_999L);
        bars.close();

        // Then
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void anUploadThatFailsStaysWhereItWas() {
        // When
        bars.uploaded(20 * MB, 50 * MB);
        bars.close();

        // Then
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(" 40 % [").endsWith(System.lineSeparator());
    }

    @Test
    void whereTheJobIsStandsInPlaceAfterASecondAndGoesWhenTheAnswerComes() {
        // Given
        ResponseStatus calling =
                new ResponseStatus(JobId.random(), "calling", 40, 0, null, null, null, "api", 1, null, null);

        // When
        bars.uploaded(0, 0);
        bars.draw();
        String young = err.toString(StandardCharsets.UTF_8);
        now.addAndGet(TimeUnit.SECONDS.toNanos(12));
        bars.draw();
        String sent = err.toString(StandardCharsets.UTF_8);
        bars.stage(calling);
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        columns.set(20);
        bars.draw();
        String called = err.toString(StandardCharsets.UTF_8).substring(sent.length());
        bars.answering(200);
        bars.stage(calling); // too late
        bars.draw();
        bars.close();

        // Then
        assertThat(young).isEmpty();
        assertThat(sent).isEqualTo("\rsent; waiting for a portal (12 s)\u001b[K");
        assertThat(called).isEqualTo("\rcalling the API (41\u001b[K");
        assertThat(err.toString(StandardCharsets.UTF_8)).endsWith("\r\u001b[K\r");
    }
}
