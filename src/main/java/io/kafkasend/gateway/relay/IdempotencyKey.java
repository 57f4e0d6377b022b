package io.kafkasend.gateway.relay;

import io.kafkasend.gateway.http.HeaderField;
import io.kafkasend.gateway.http.RequestHead;
import io.kafkasend.gateway.problem.GatewayError;
import io.kafkasend.gateway.problem.RefusedException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header {@code Idempotency-Key} (draft-ietf-httpapi-idempotency-key-header): a string in quotes, or as many write it, without. Stateless. */
final class IdempotencyKey {
    static final String HEADER = "Idempotency-Key";

    private static final Pattern QUOTED = Pattern.compile("\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*)\"");
    private static final Pattern PLAIN = Pattern.compile("[!#-+\\--~]+");
    private static final int MOST = 255;

    private IdempotencyKey() {}

    /**
     * That of a request; empty where it has none.
     *
     * @throws RefusedException for one that is none, or more than one
     */
    static Optional<String> of(RequestHead head) throws RefusedException {
        List<String> given = head.headers().stream()
                .filter(field -> field.is(HEADER))
                .map(HeaderField::value)
                .toList();
        if (given.isEmpty()) {
            return Optional.empty();
        }
        String value = given.get(0);
        Matcher quoted = QUOTED.matcher(value);
        String key = quoted.matches()
                ? quoted.group(1).replaceAll("\\\\(.)", "$1")
                : PLAIN.matcher(value).matches() ? value : "";
        if (given.size() > 1 || key.isEmpty() || key.length() > MOST) {
            throw new RefusedException(
                    GatewayError.BAD_REQUEST,
                    HEADER + " takes one text in quotes, or a word without them, of 1 to " + MOST + " characters");
        }
        return Optional.of(key);
    }
}
