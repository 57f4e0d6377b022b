package io.kafkasend.client.internal;

import io.kafkasend.protocol.ContentEncoding;
import io.kafkasend.protocol.Form;
import io.kafkasend.protocol.Limits;
import io.kafkasend.protocol.SecretHeaders;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A request's parts while it is described: nothing that cannot be sent, and each header's name once, in any case. Not thread-safe. */
public final class RequestParts {
    private static final int MAX_RETRIES = 100;
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final Map<String, String> headers = new LinkedHashMap<>();

    /** Sets one, in place of every one of that name. */
    public void set(String name, String value) {
        if (name.length() > Limits.TEXT_CHARS || !TOKEN.matcher(name).matches()) {
            throw new IllegalArgumentException("a header's name takes letters, digits and !#$%&'*+.^_`|~- only");
        }
        if (value.length() > Limits.TEXT_CHARS || value.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7F)) {
            throw new IllegalArgumentException(
                    "the value of header " + name + " holds a control character or over 8192 characters");
        }
        SecretHeaders.OF_EVERYBODY.refuse(name);
        headers.keySet().removeIf(name::equalsIgnoreCase);
        headers.put(name, value);
        if (headers.size() > Limits.HEADERS) {
            throw new IllegalArgumentException("a request takes " + Limits.HEADERS + " headers at most");
        }
    }

    /** Adds a value to one, where its definition allows it. */
    public void add(String name, String value) {
        Optional<String> first =
                headers.keySet().stream().filter(name::equalsIgnoreCase).findFirst();
        if (first.isEmpty()) {
            set(name, value);
            return;
        }
        SingletonFields.fault(name).ifPresent(fault -> {
            throw new IllegalArgumentException(fault);
        });
        set(first.get(), headers.get(first.get()) + ", " + value);
    }

    /** Name to value, in the order given, as they are now. */
    public Map<String, String> asMap() {
        return Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Fails for an endpoint that cannot be sent. */
    public static String requireEndpoint(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("the endpoint is empty; it takes a path such as /api/v1/items");
        }
        if (value.length() > Limits.TEXT_CHARS) {
            throw new IllegalArgumentException(
                    "the endpoint has " + value.length() + " characters; it takes " + Limits.TEXT_CHARS + " at most");
        }
        if (value.chars().anyMatch(c -> c <= ' ' || c == 0x7F)) {
            throw new IllegalArgumentException(
                    "the endpoint holds a space or a control character; write a space as %20");
        }
        return value;
    }

    /** Fails for an encoding that this machine cannot write. */
    public static ContentEncoding requireUsable(ContentEncoding value) {
        if (value != null && !value.usable()) {
            throw new IllegalArgumentException(
                    value.token() + " needs its native library, which this machine does not load; use gzip");
        }
        return value;
    }

    /** Fails for a time that is over at once. */
    public static Duration requireTime(Duration value) {
        if (value != null && (value.isNegative() || value.isZero())) {
            throw new IllegalArgumentException("the timeout must be more than zero");
        }
        return value;
    }

    /** Fails for a number of retries that is out of its range. */
    public static int requireRetries(int value) {
        if (value < 0 || value > MAX_RETRIES) {
            throw new IllegalArgumentException("retries is " + value + "; it takes 0 to " + MAX_RETRIES);
        }
        return value;
    }

    /** Fails for form fields that cannot be sent. */
    public static void requireForm(Form form, String filename) {
        String fault = form.fault();
        if (fault == null && filename == null && !form.equals(Form.OF_FILE_ALONE)) {
            fault = "form fields go with a file, and the request has no filename";
        }
        if (fault != null) {
            throw new IllegalArgumentException(fault);
        }
    }
}
