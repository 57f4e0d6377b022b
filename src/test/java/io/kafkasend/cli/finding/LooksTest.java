package io.kafkasend.cli.finding;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LooksTest {
    @Test
    void oneThatHangsHoldsUpNoOtherAndIsNamed() throws Exception {
        // Given
        CountDownLatch never = new CountDownLatch(1);
        Looks looks = new Looks(Duration.ofSeconds(1));

        // When
        looks.begin("broker", found -> {
            found.accept(Finding.ok("broker", "answers"));
            never.await();
        });
        looks.begin("api", found -> found.accept(Finding.ok("api", "answers")));

        // Then
        assertThat(looks.findings())
                .extracting(finding -> finding.check() + " " + finding.level().word() + " " + finding.what())
                .containsExactly("broker ok answers", "broker fail no end after 1 s", "api ok answers");
    }

    @Test
    void anExceptionIsAFailureInOneLine() throws Exception {
        // Given
        Looks looks = new Looks(Duration.ofSeconds(60));

        // When
        looks.begin("api", found -> {
            throw new IllegalStateException("what\nis this");
        });

        // Then
        assertThat(looks.findings()).containsExactly(Finding.fail("api", "IllegalStateException: what is this", ""));
    }
}
