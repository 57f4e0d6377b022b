package io.kafkasend.portal;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class ApiClientTest {
    @Test
    void oneThatNeverStartedStopsInSilence() {
        assertThatCode(() -> new ApiClient(Configurations.defaults()).stop()).doesNotThrowAnyException();
    }
}
