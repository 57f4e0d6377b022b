package io.kafkasend;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.IterativePollInterval;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets every wait of every test look at once, and then after 2 ms, 4 ms and so on up to 64 ms, for a minute at most. Awaitility's
 * own default is to look after 100 ms first, which is longer than most of what is waited for, and to give up after 10 s, in which
 * a busy machine may not have started a process. JUnit finds this by {@code META-INF/services}.
 */
public final class PromptWaits implements BeforeAllCallback {
    private static final Duration FIRST = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofMillis(64);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(PATIENCE);
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(IterativePollInterval.iterative(PromptWaits::next, FIRST));
    }

    private static Duration next(Duration before) {
        return before.compareTo(LONGEST) < 0 ? before.multipliedBy(2) : LONGEST;
    }
}
