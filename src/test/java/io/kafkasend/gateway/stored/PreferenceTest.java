package io.kafkasend.gateway.stored;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.RequestHead;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreferenceTest {
    private static Preference of(String... values) {
        List<HeaderField> headers = Arrays.stream(values)
                .map(value -> new HeaderField("prefer", value))
                .toList();
        return Preference.of(new RequestHead("GET", "/", "localhost", headers, true, true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "respond-async|0|respond-async",
                "wait=10|10|wait=10",
                "Respond-Async, wait=10|10|respond-async, wait=10",
                "wait = \"5\"; x=y|5|wait=5",
                "wait=3, wait=9|3|wait=3",
                "wait=999999|86400|wait=86400"
            })
    void whatIsSaidOfWaitingIsTaken(String value, long seconds, String applied) {
        // When
        Preference preference = of(value);

        // Then
        assertThat(preference.patience()).contains(Duration.ofSeconds(seconds));
        assertThat(preference.applied()).isEqualTo(applied);
        assertThat(preference.rest()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait", "wait=", "wait=-1", "wait=1.5", "wait=99999999999", ",", "awaits=3"})
    void whatIsNoTimeIsAsIfItWereNotThere(String value) {
        assertThat(of(value).patience()).isEmpty();
        assertThat(of(value).applied()).isEmpty();
    }

    @Test
    void otherPreferencesAreTheApis() {
        // When
        Preference preference = of("return=minimal, respond-async", "handling=lenient");

        // Then
        assertThat(preference.rest()).isEqualTo("return=minimal, handling=lenient");
        assertThat(preference.patience()).contains(Duration.ZERO);
    }
}
