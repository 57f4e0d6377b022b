package io.kafkasend.portal.call;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.kafkasend.portal.settings.Configurations;
import org.junit.jupiter.api.Test;

class ApiClientTest {
    @Test
    void oneThatNeverStartedStopsInSilence() {
        assertThatCode(() -> new ApiClient(Configurations.defaults()).stop()).doesNotThrowAnyException();
    }
}
