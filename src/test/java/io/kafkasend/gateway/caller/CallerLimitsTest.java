package io.kafkasend.gateway.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kafkasend.config.GatewaySettings;
import io.kafkasend.gateway.problem.RefusedException;
import io.kafkasend.setting.SettingsException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallerLimitsTest {
    private final AtomicLong now = new AtomicLong();

    private CallerLimits limits(Map<String, String> environment) throws SettingsException {
        return new CallerLimits(GatewaySettings.fromEnvironment(environment), new Callers((Path) null), now::get);
    }

    private static String refusal(CallerLimits limits, String caller) {
        RefusedException refused = catchThrowableOfType(RefusedException.class, () -> limits.enter(caller));
        return refused == null ? null : refused.problem().code();
    }

    @Test
    void oneCallerDoesNotTakeAllAndAllDoNotTakeMore() throws Exception {
        // Given
        CallerLimits limits = limits(Map.of("GATEWAY_CALLER_IN_FLIGHT", "2", "GATEWAY_IN_FLIGHT", "3"));
        limits.enter("a");
        limits.enter("a");

        // Then
        assertThat(refusal(limits, "a")).isEqualTo("CALLER_BUSY");
        assertThat(refusal(limits, "b")).isNull();
        assertThat(refusal(limits, "b")).isEqualTo("GATEWAY_BUSY");
        limits.leave("a");
        assertThat(refusal(limits, "b")).isNull();
        assertThat(limits.underWay()).isEqualTo(3);
    }

    @Test
    void aRateIsOfOneSecondAndFillsAsTimeGoes() throws Exception {
        // Given
        CallerLimits limits = limits(Map.of("GATEWAY_CALLER_RATE", "2"));
        limits.enter("a");
        limits.enter("a");

        // Then
        assertThat(refusal(limits, "a")).isEqualTo("CALLER_RATE");
        assertThat(refusal(limits, "b")).isNull();
        now.addAndGet(500_000_000);
        assertThat(refusal(limits, "a")).isNull();
        assertThat(refusal(limits, "a")).isEqualTo("CALLER_RATE");
    }
}
