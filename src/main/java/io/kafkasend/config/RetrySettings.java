package io.kafkasend.config;

import io.kafkasend.setting.Setting;
import java.util.List;

/** What a crash during a call does, when the API is asked again, and when it is left alone. */
public final class RetrySettings {
    /** The value of {@link #DELIVERY} that forbids a second call. */
    public static final String AT_MOST_ONCE = "at-most-once";

    public static final Setting<String> DELIVERY = Accepts.choice(
            "PORTAL_DELIVERY",
            "at-least-once",
            List.of("at-least-once", AT_MOST_ONCE),
            "What a crash during a call does: at-least-once calls again, at-most-once reports OUTCOME_UNKNOWN.");
    public static final Setting<Integer> RETRY_MAX_ATTEMPTS = Accepts.number(
            "PORTAL_RETRY_MAX_ATTEMPTS",
            3,
            1,
            100,
            "How often the API is asked for one job at most; 1 repeats nothing.");
    public static final Setting<Integer> RETRY_MAX_DELAY_SECONDS = Accepts.number(
            "PORTAL_RETRY_MAX_DELAY_SECONDS",
            30,
            1,
            3_600,
            "How long the wait between two attempts may be, also where Retry-After asks for more.");
    public static final Setting<Boolean> RETRY_UNSAFE = Accepts.flag(
            "PORTAL_RETRY_UNSAFE",
            false,
            "Whether POST and PATCH are repeated too when the API may have got them; it must then know Idempotency-Key.");
    public static final Setting<Integer> BREAKER_WINDOW_CALLS = Accepts.number(
            "PORTAL_BREAKER_WINDOW_CALLS", 20, 1, 10_000, "How many of the last API calls the circuit breaker judges.");
    public static final Setting<Integer> BREAKER_FAILURE_PERCENT = Accepts.number(
            "PORTAL_BREAKER_FAILURE_PERCENT", 50, 1, 100, "How many of them must have failed for it to open.");
    public static final Setting<Integer> BREAKER_OPEN_SECONDS = Accepts.number(
            "PORTAL_BREAKER_OPEN_SECONDS",
            10,
            1,
            3_600,
            "How long it stays open: jobs get a retryable API_UNAVAILABLE, and the API is left alone.");

    static final SettingsGroup GROUP = new SettingsGroup(
            "Delivery, retries and circuit breaker",
            List.of(
                    DELIVERY,
                    RETRY_MAX_ATTEMPTS,
                    RETRY_MAX_DELAY_SECONDS,
                    RETRY_UNSAFE,
                    BREAKER_WINDOW_CALLS,
                    BREAKER_FAILURE_PERCENT,
                    BREAKER_OPEN_SECONDS));

    private RetrySettings() {}
}
