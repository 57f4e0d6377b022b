package io.kafkasend.oauth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a token server's answer says, by the names that are used of it; of the others only that they are JSON. Immutable. Its
 * failures name the rule that an answer breaks, and repeat nothing of it.
 */
final class TokenAnswer {
    /** How deep objects and arrays may lie in one another. */
    static final int MAX_DEPTH = 16;

    private static final String ACCESS_TOKEN = "access_token";
    private static final String TOKEN_TYPE = "token_type";
    private static final String EXPIRES_IN = "expires_in";
    private static final String ERROR = "error";
    private static final Set<String> USED = Set.of(ACCESS_TOKEN, TOKEN_TYPE, EXPIRES_IN, ERROR);
    private static final int MAX_NUMBER = 64;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private final Map<String, Value> values = new HashMap<>();

    /** A value's kind, and its text where it has one. */
    private record Value(JsonToken kind, String text) {
        String shown() {
            return switch (kind) {
                case START_OBJECT -> "an object";
                case START_ARRAY -> "a list";
                case VALUE_TRUE, VALUE_FALSE -> "true or false";
                case VALUE_NULL -> "null";
                case VALUE_STRING -> "a string";
                default -> "a number";
            };
        }
    }

    private TokenAnswer() {}

    /**
     * Reads one, whatever media type it was sent as.
     *
     * @throws IllegalArgumentException when it is no JSON object, or has a name twice that is used; its message ends a sentence
     *     about the answer
     */
    static TokenAnswer read(String body) {
        if (body == null || body.isBlank()) {
            throw new IllegalArgumentException("with nothing; it takes a JSON object");
        }
        TokenAnswer answer = new TokenAnswer();
        String json = body.startsWith("\uFEFF") ? body.substring(1) : body; // a byte order mark, as some servers begin
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("with JSON that is no object; it takes a JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                answer.take(parser);
            }
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("with more than one JSON object");
            }
        } catch (StreamConstraintsException e) {
            throw new IllegalArgumentException(
                    "with JSON that is nested deeper than " + MAX_DEPTH + ", or has a number or name that is too long");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("with what is no JSON"
                    + (body.stripLeading().startsWith("<") ? ", but HTML or XML" : "") + "; it takes a JSON object");
        } catch (IOException e) {
            throw new IllegalStateException(e); // of a string
        }
        return answer;
    }

    private void take(JsonParser parser) throws IOException {
        String name = parser.currentName();
        JsonToken kind = parser.nextToken();
        Value value = new Value(kind, kind.isScalarValue() ? parser.getText() : null);
        parser.skipChildren();
        if (USED.contains(name) && values.put(name, value) != null) {
            throw new IllegalArgumentException("with " + name + " twice, of which two readers may take either");
        }
    }

    /** Whether it has this name, and a value other than null under it. */
    private boolean has(String name) {
        return values.containsKey(name) && values.get(name).kind() != JsonToken.VALUE_NULL;
    }

    private String string(String name) {
        Value value = values.get(name);
        if (value.kind() != JsonToken.VALUE_STRING) {
            throw new IllegalArgumentException("with " + name + " being " + value.shown() + "; it takes a string");
        }
        return value.text();
    }

    /**
     * The access token, which is a bearer's.
     *
     * @throws IllegalArgumentException when there is none, or of another type
     */
    String bearerToken() {
        if (!has(ACCESS_TOKEN)) {
            throw new IllegalArgumentException(
                    has(ERROR) ? "with error in place of access_token" : "without access_token");
        }
        String token = string(ACCESS_TOKEN);
        // Servers that know no other type leave it out.
        if (has(TOKEN_TYPE) && !string(TOKEN_TYPE).equalsIgnoreCase("Bearer")) {
            throw new IllegalArgumentException("with a token_type other than Bearer, which is the one that it takes");
        }
        if (token.isEmpty()) {
            throw new IllegalArgumentException("with an empty access_token");
        }
        return token;
    }

    /**
     * How long the token is good: a number of seconds, or one in a string as some servers send it.
     *
     * @throws IllegalArgumentException when it is something else
     */
    Duration lifetime() {
        if (!has(EXPIRES_IN)) {
            return ClientCredentialsTokens.DEFAULT_LIFETIME;
        }
        Value value = values.get(EXPIRES_IN);
        String text = value.text() == null ? "" : value.text().strip();
        BigDecimal seconds;
        try {
            seconds = new BigDecimal(text.length() > MAX_NUMBER ? "" : text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("with expires_in being "
                    + (value.kind() == JsonToken.VALUE_STRING
                            ? "a string that is no number"
                            : value.text() == null ? value.shown() : "no number")
                    + "; it takes a number of seconds, of " + MAX_NUMBER + " digits at most");
        }
        BigDecimal longest = BigDecimal.valueOf(ClientCredentialsTokens.MAX_LIFETIME.toSeconds());
        return Duration.ofSeconds(seconds.max(BigDecimal.ZERO).min(longest).longValue());
    }

    /** The OAuth error code; null for none. */
    String error() {
        return has(ERROR) && values.get(ERROR).kind() == JsonToken.VALUE_STRING
                ? values.get(ERROR).text()
                : null;
    }

    /** The error code of a refusal; null where the body has none, or is none of JSON. */
    static String errorIn(String body) {
        try {
            return read(body).error();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
