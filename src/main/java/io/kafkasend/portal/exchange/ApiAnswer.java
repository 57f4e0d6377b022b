package io.kafkasend.portal.exchange;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/**
 * The head of an answer as the API gave it, taken from the connection itself: Camel's own mapping splits values at commas
 * and drops what it does not know. Not thread-safe.
 */
public final class ApiAnswer {
    private final int status;
    private final long bytes;
    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final ClassicHttpResponse response;

    public ApiAnswer(ClassicHttpResponse response) {
        this.response = response;
        this.status = response.getCode();
        HttpEntity body = response.getEntity();
        this.bytes = body == null ? -1 : body.getContentLength();
        Map<String, String> names = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : response.getHeaders()) {
            String name = names.computeIfAbsent(header.getName(), first -> first);
            values.computeIfAbsent(name, absent -> new ArrayList<>(1))
                    .add(header.getValue() == null ? "" : header.getValue());
        }
        response.setHeaders(); // nobody reads them any more, and they keep the whole head's characters
    }

    public int status() {
        return status;
    }

    /** How long the body is that follows, where the API says so and nothing on the way decompresses it; null where not. */
    public Long bytes() {
        return bytes < 0 ? null : bytes;
    }

    /** Name to value, repeated fields joined (RFC 9110 §5.3). */
    public Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        values.forEach((name, several) -> headers.put(name, joined(several)));
        return headers;
    }

    /** The values of the field of this name, as it is in {@link #headers}. */
    public List<String> values(String name) {
        return values.get(name);
    }

    /** A header's value; empty where there is none. */
    public Optional<String> header(String name) {
        return values.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase(name))
                .map(header -> joined(header.getValue()))
                .findFirst();
    }

    private static String joined(List<String> values) {
        return values.size() == 1 ? values.get(0) : String.join(", ", values);
    }

    /** Whether a gateway says that the API behind it is not there (RFC 9110 §15.6.3 to §15.6.5). */
    public boolean saysUnavailable() {
        return status == 502 || status == 503 || status == 504;
    }

    /** Lets go of the connection without reading on. */
    public void discard() {
        try {
            response.close();
        } catch (IOException e) {
            // The connection is given up either way.
        }
    }
}
