package io.kafkasend.gateway.stored;

import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.RequestHead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How long a caller wants to wait before it is told where to ask (RFC 7240). Immutable.
 *
 * @param patience how long; empty where it says nothing
 * @param applied what is answered in {@code Preference-Applied}; empty where it says nothing
 * @param rest the preferences that are not the gateway's, for the API; empty for none
 */
public record Preference(Optional<Duration> patience, String applied, String rest) {
    private static final int MOST_SECONDS = 86_400;

    /** That of a request. A wait that is no number of seconds is as if it were not there, as the RFC says. */
    public static Preference of(RequestHead head) {
        boolean async = false;
        Integer seconds = null;
        List<String> rest = new ArrayList<>();
        for (HeaderField field : head.headers()) {
            if (!field.is("Prefer")) {
                continue;
            }
            for (String member : field.value().split(",")) {
                String text = member.strip();
                String[] parts = text.split(";", 2)[0].split("=", 2);
                String name = parts[0].strip().toLowerCase(Locale.ROOT);
                if (name.equals("respond-async")) {
                    async = true;
                } else if (name.equals("wait")) {
                    seconds = seconds == null ? seconds(parts) : seconds;
                } else if (!text.isEmpty()) {
                    rest.add(text);
                }
            }
        }
        String others = String.join(", ", rest);
        if (seconds != null) {
            return new Preference(
                    Optional.of(Duration.ofSeconds(seconds)),
                    (async ? "respond-async, " : "") + "wait=" + seconds,
                    others);
        }
        return async
                ? new Preference(Optional.of(Duration.ZERO), "respond-async", others)
                : new Preference(Optional.empty(), "", others);
    }

    private static Integer seconds(String... parts) {
        String digits = parts.length < 2 ? "" : parts[1].strip().replaceAll("^\"|\"$", "");
        return digits.matches("\\d{1,9}") ? Integer.valueOf(Math.min(MOST_SECONDS, Integer.parseInt(digits))) : null;
    }
}
