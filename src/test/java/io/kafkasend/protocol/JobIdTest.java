package io.kafkasend.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobIdTest {
    @Test
    void randomIdsAreCanonicalAndDiffer() {
        // When
        JobId one = JobId.random();
        JobId other = JobId.random();

        // Then
        assertThat(one).isNotEqualTo(other);
        assertThat(JobId.parse(one.value())).contains(one);
        assertThat(one).hasToString(one.value());
        assertThat(one.value()).hasSize(36);
    }

    @Test
    void itsRecordsKeyIsItsText() {
        // When
        byte[] key = JobId.random().key();
        byte[] known = new JobId("550e8400-e29b-41d4-a716-446655440000").key();

        // Then
        assertThat(key).hasSize(36);
        assertThat(new String(known, StandardCharsets.ISO_8859_1)).isEqualTo("550e8400-e29b-41d4-a716-446655440000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5-4-4-4-1",
                "00000000-0000-0000-0000-000000000000",
                "550e8400-e29b-11d4-a716-446655440000",
                "550e8400-e29b-41d4-c716-446655440000",
                "550E8400-E29B-41D4-A716-446655440000",
                "550e8400e29b41d4a716446655440000",
                "550e8400-e29b-41d4-a716-4466554400000",
                "550e8400-e29b-41d4-a716-44665544000\n",
                "５50e8400-e29b-41d4-a716-446655440000",
                "urn:uuid:550e8400-e29b-41d4-a716-446655440000"
            })
    void anythingElseIsNoJobIdAndIsNotRepeated(String text) {
        assertThat(JobId.parse(text)).isEmpty();
        assertThatThrownBy(() -> new JobId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("job_id is not a version 4 UUID in canonical lower-case form");
    }

    @Test
    void nullIsNoJobId() {
        assertThat(JobId.parse(null)).isEmpty();
        assertThatThrownBy(() -> new JobId(null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Property
    void parsingAnyTextNeverThrows(@ForAll String text) {
        assertThat(JobId.parse(text)).isEmpty();
    }
}
