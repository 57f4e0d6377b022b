package io.kafkasend.dev.sample;

import io.kafkasend.dev.http.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many calls came, and how many of them under an {@code Idempotency-Key} that was there before. Thread-safe. */
final class CallCount {
    private static final int REMEMBERED = 100_000;

    private final Map<String, Boolean> keys = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    private long calls;
    private long repeated;

    /**
     * Counts one.
     *
     * @param key its {@code Idempotency-Key}; null for none
     */
    synchronized void add(String key) {
        calls++;
        if (key != null && keys.putIfAbsent(key, true) != null) {
            repeated++;
        }
    }

    /** The counts so far. */
    synchronized Answer answer() {
        return Answer.json(200, new JsonObject().put("calls", calls).put("repeated", repeated));
    }
}
