package io.kafkasend.gateway.stored;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.client.Receipt;
import io.kafkasend.protocol.JobId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredJobTest {
    private static final String PLACE = "0123456789abcdef0123456789abcdef";

    @Test
    void whatIsWrittenIsRead() throws Exception {
        // Given
        Receipt receipt = new Receipt(
                JobId.random(), "ab".repeat(32), "secret", "answers", Instant.ofEpochMilli(1_790_000_000_123L));
        StoredJob job = new StoredJob(PLACE, 7, "cd".repeat(32), false, receipt, StoredJob.NONE);

        // When
        StoredJob read = StoredJob.of(PLACE, job.value(), 12).orElseThrow();
        StoredJob withdrawn = StoredJob.of(PLACE, read.withdrawal().value(), 13).orElseThrow();

        // Then
        assertThat(read).isEqualTo(new StoredJob(PLACE, 7, "cd".repeat(32), false, receipt, 12));
        assertThat(withdrawn.withdrawn()).isTrue();
        assertThat(withdrawn.after()).isEqualTo(12);
        assertThat(withdrawn.isOf(job)).isTrue();
        assertThat(job.toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "[]", "{}", "{\"v\":\"2\"}", "{\"v\":1}", "{\"v\":\"1\",\"job_id\":\"a\"}"})
    void whatIsNoneIsLeftAside(String value) {
        assertThat(StoredJob.of(PLACE, value.getBytes(StandardCharsets.UTF_8), 0))
                .isEmpty();
    }
}
