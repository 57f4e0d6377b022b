package io.kafkasend.client.internal;

import io.kafkasend.protocol.JobId;
import io.kafkasend.protocol.ResponseStart;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What comes before an answer's body. Immutable.
 *
 * @param jobId the job that this answers
 * @param status the API's HTTP status, 100 to 599
 * @param headers name to value, in the order that the portal sent; several values of one joined by a comma
 * @param apart the values of those that the portal sent apart
 * @param dropped the names of the request's headers that did not reach the API, as far as the portal says so
 * @param length the body's, in bytes; null where the portal does not say
 * @param sentAsText whether the portal sends the body as text, which is in UTF-8 then
 * @param whole whether the portal had all of the body when it sent this, so that the rest follows at once
 */
public record AnswerHead(
        JobId jobId,
        int status,
        Map<String, String> headers,
        Map<String, List<String>> apart,
        List<String> dropped,
        Long length,
        boolean sentAsText,
        boolean whole) {
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s;\"]+)", Pattern.CASE_INSENSITIVE);

    public AnswerHead {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** That of an answer which begins so. */
    public static AnswerHead of(ResponseStart start) {
        boolean empty = start.totalChunks() != null && start.totalChunks() == 0;
        return new AnswerHead(
                start.jobId(),
                start.statusCode(),
                start.headers(),
                start.apart(),
                start.dropped(),
                empty ? Long.valueOf(0) : start.totalBytes(),
                start.text(),
                start.totalChunks() != null);
    }

    /** The value of the header of this name in any case; empty when there is none. */
    public Optional<String> header(String name) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The values of the header of this name in any case, in their order: each apart where they came so. */
    public List<String> headerValues(String name) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .findFirst()
                .map(header -> values(header.getKey(), header.getValue()))
                .orElse(List.of());
    }

    /** All headers, each with its values. */
    public Map<String, List<String>> values() {
        Map<String, List<String>> values = new LinkedHashMap<>();
        headers.forEach((name, value) -> values.put(name, values(name, value)));
        return values;
    }

    /** The charset of the body, if it is text: that of its Content-Type, else UTF-8. */
    public Charset charset() {
        if (sentAsText) {
            return StandardCharsets.UTF_8;
        }
        Matcher charset = CHARSET.matcher(header("Content-Type").orElse(""));
        try {
            return charset.find() ? Charset.forName(charset.group(1)) : StandardCharsets.UTF_8;
        } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8; // a charset that this Java does not know
        }
    }

    private List<String> values(String name, String value) {
        return apart.getOrDefault(name, List.of(value));
    }
}
