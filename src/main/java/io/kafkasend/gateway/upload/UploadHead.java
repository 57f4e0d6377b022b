package io.kafkasend.gateway.upload;

import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.RequestHead;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of an upload beside its bytes, as a file of lines has it. Immutable.
 *
 * @param caller the SHA-256 of its caller's name
 * @param method that of the request which began it
 * @param target its path and query
 * @param headers those of its headers that are passed on
 * @param expires when it is gone
 * @param length its length in bytes, once it is known
 * @param sent how many bytes it had when its job was made; empty before
 */
record UploadHead(
        String caller,
        String method,
        String target,
        List<HeaderField> headers,
        Instant expires,
        OptionalLong length,
        OptionalLong sent) {
    private static final String FIRST_LINE = "kafkasend-upload 1";
    private static final int FIXED_LINES = 7;

    UploadHead {
        headers = List.copyOf(headers);
    }

    UploadHead ofLength(long bytes) {
        return new UploadHead(caller, method, target, headers, expires, OptionalLong.of(bytes), sent);
    }

    UploadHead sentWith(long bytes) {
        return new UploadHead(caller, method, target, headers, expires, OptionalLong.of(bytes), OptionalLong.of(bytes));
    }

    /** The request that is made of it. */
    RequestHead request() {
        return new RequestHead(method, target, "", headers, true, true);
    }

    /** The file's content. */
    String text() {
        List<String> lines = new ArrayList<>(List.of(
                FIRST_LINE,
                caller,
                method,
                target,
                Long.toString(expires.toEpochMilli()),
                number(length),
                number(sent)));
        headers.forEach(field -> lines.add(field.name() + ": " + field.value()));
        return String.join("\n", lines) + "\n";
    }

    private static String number(OptionalLong value) {
        return value.isPresent() ? Long.toString(value.getAsLong()) : "-";
    }

    /**
     * Reads a file's content.
     *
     * @return empty for what is none
     */
    static Optional<UploadHead> of(String text) {
        if (!text.endsWith("\n")) {
            return Optional.empty();
        }
        String[] lines = text.substring(0, text.length() - 1).split("\n", -1);
        if (lines.length < FIXED_LINES || !lines[0].equals(FIRST_LINE)) {
            return Optional.empty();
        }
        List<HeaderField> headers = new ArrayList<>();
        for (int i = FIXED_LINES; i < lines.length; i++) {
            int colon = lines[i].indexOf(": ");
            if (colon < 1) {
                return Optional.empty();
            }
            headers.add(new HeaderField(lines[i].substring(0, colon), lines[i].substring(colon + 2)));
        }
        try {
            return Optional.of(new UploadHead(
                    lines[1],
                    lines[2],
                    lines[3],
                    headers,
                    Instant.ofEpochMilli(Long.parseLong(lines[4])),
                    number(lines[5]),
                    number(lines[6])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static OptionalLong number(String line) {
        return line.equals("-") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(line));
    }
}
